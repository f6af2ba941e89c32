#!/usr/bin/env bash
# StackExchange.Redis 3.4.35: a command is not sent by the thread that calls it, but by one of the thread pool. While the
# pool's threads are busy, nothing is sent, although the caller has a thread of its own; 2.8.58 sends it by the thread that calls.
set -euo pipefail
command -v redis-server >/dev/null || { echo "$(basename "$0"): needs redis-server" >&2; exit 2; }
directory=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

write_program() { # VERSION
    cat <<END
#:package StackExchange.Redis@$1
#:property PublishAot=false
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

int port = int.Parse(args[0]);
ThreadPool.SetMinThreads(4, 4);
ThreadPool.SetMaxThreads(4, 4);
using ConnectionMultiplexer connection = ConnectionMultiplexer.Connect(\$"127.0.0.1:{port}");
using TcpClient other = new("127.0.0.1", port);
string Exists(string key)
{
    other.Client.Send(Encoding.ASCII.GetBytes(\$"EXISTS {key}\r\n"));
    byte[] reply = new byte[64];
    return Encoding.ASCII.GetString(reply, 0, other.Client.Receive(reply)).Trim();
}

using ManualResetEventSlim isFree = new();
using CountdownEvent busy = new(4);
for (int i = 0; i < 4; i++)
{
    ThreadPool.UnsafeQueueUserWorkItem(_ => { busy.Signal(); isFree.Wait(); }, null);
}

busy.Wait();
Task<bool> stored = connection.GetDatabase().StringSetAsync("key", "value");
Thread.Sleep(2000);
Console.WriteLine(\$"$1, all threads of the pool busy for 2 s: {Exists("key")}");
isFree.Set();
stored.Wait();
Console.WriteLine(\$"$1, then: {Exists("key")}");
END
}
cat > "$directory/expected" <<'END'
2.8.58, all threads of the pool busy for 2 s: :1
2.8.58, then: :1
3.4.35, all threads of the pool busy for 2 s: :0
3.4.35, then: :1
END

cd "$directory"
port=$((20000 + $$ % 10000))
redis-server --port "$port" --bind 127.0.0.1 --dir "$directory" --save '' >/dev/null &
server=$!
until (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do :; done
seen=
for version in 2.8.58 3.4.35; do
    write_program "$version" > "app-$version.cs"
    dotnet build "app-$version.cs" --output "built-$version" >/dev/null
    seen+=$(dotnet "built-$version/app-$version.dll" "$port")$'\n'
    printf 'DEL key\r\n' > "/dev/tcp/127.0.0.1/$port"
done
printf '%s' "$seen"
diff <(printf '%s' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
