#!/usr/bin/env bash
# StackExchange.Redis 3.4.35: a Tunnel may return the stream of a connection (BeforeAuthenticateAsync), where the library makes no
# socket of its own. The library never disposes of that stream, also when it is itself disposed of: the descriptor stays open.
set -euo pipefail
command -v redis-server >/dev/null || { echo "$(basename "$0"): needs redis-server" >&2; exit 2; }
directory=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/Program.cs" <<'END'
#:package StackExchange.Redis@3.4.35
#:property PublishAot=false
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

int port = int.Parse(args[0]);
foreach (bool usesTunnel in new[] { false, true })
{
    List<Socket> sockets = [];
    ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{port}");
    options.BeforeSocketConnect = (_, _, socket) => sockets.Add(socket);
    options.Tunnel = usesTunnel ? new OwnTunnel(port, sockets) : null;
    ConnectionMultiplexer multiplexer = ConnectionMultiplexer.Connect(options);
    string stored = multiplexer.GetDatabase().StringSet("key", "value") ? "stored a value" : "stored nothing";
    multiplexer.Dispose();
    for (int i = 0; i < 20 && sockets.Exists(socket => !socket.SafeHandle.IsClosed); i++)
    {
        Thread.Sleep(100);
    }

    string state = sockets.TrueForAll(socket => socket.SafeHandle.IsClosed) ? "closed"
        : sockets.TrueForAll(socket => !socket.SafeHandle.IsClosed) ? "open" : "partly open";
    Console.WriteLine($"{(usesTunnel ? "sockets of a tunnel's streams" : "the library's own sockets")}: {stored}, 2 s after Dispose {state}");
}

sealed class OwnTunnel(int port, List<Socket> sockets) : Tunnel
{
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default;

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        Socket own = new(SocketType.Stream, ProtocolType.Tcp);
        await own.ConnectAsync("127.0.0.1", port, cancellationToken);
        sockets.Add(own);
        return new NetworkStream(own, ownsSocket: true);
    }
}
END
cat > "$directory/expected" <<'END'
the library's own sockets: stored a value, 2 s after Dispose closed
sockets of a tunnel's streams: stored a value, 2 s after Dispose open
END

cd "$directory"
port=$((20000 + $$ % 10000))
redis-server --port "$port" --bind 127.0.0.1 --dir "$directory" --save '' >/dev/null &
server=$!
until (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do :; done
seen=$(dotnet run Program.cs "$port")
echo "$seen"
diff <(echo "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
