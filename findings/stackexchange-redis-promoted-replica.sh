#!/usr/bin/env bash
# StackExchange.Redis 3.4.35: connected to a replica, it refuses writes by itself, and goes on doing so for seconds after
# the replica was promoted (it asks again after a minute, or when told to). With INFO, CONFIG, HELLO, SET and ROLE left
# out of its command map it does not learn the role: writes reach the server, which refuses and then takes them.
set -euo pipefail
command -v redis-server >/dev/null || { echo "$(basename "$0"): needs redis-server" >&2; exit 2; }
directory=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package StackExchange.Redis@3.4.35
#:property PublishAot=false
using StackExchange.Redis;

ConfigurationOptions options = new() { EndPoints = { args[0] }, AllowAdmin = true, AbortOnConnectFail = false };
await using ConnectionMultiplexer usual = await ConnectionMultiplexer.ConnectAsync(options);
options.CommandMap = CommandMap.Create(["INFO", "CONFIG", "HELLO", "SET", "ROLE"], available: false);
await using ConnectionMultiplexer unaware = await ConnectionMultiplexer.ConnectAsync(options);
async Task Try(string name, IConnectionMultiplexer one)
{
    try
    {
        Console.WriteLine($"{name}: {await one.GetDatabase().ExecuteAsync("PSETEX", [(RedisKey)"key", 1000, "value"])}");
    }
    catch (RedisException fault)
    {
        Console.WriteLine($"{name}: {fault.GetType().Name}");
    }
}

await Try("replica, usual", usual);
await Try("replica, unaware", unaware);
await unaware.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");
await Task.Delay(5000);
await Try("promoted, usual", usual);
await Try("promoted, unaware", unaware);
END
cat > "$directory/expected" <<'END'
replica, usual: RedisConnectionException
replica, unaware: RedisServerException
promoted, usual: RedisConnectionException
promoted, unaware: OK
END

cd "$directory"
dotnet build app.cs --output built >/dev/null
port=$((20000 + $$ % 10000))
redis-server --port "$port" --bind 127.0.0.1 --dir "$directory" --save '' --replicaof 127.0.0.1 1 >/dev/null &
server=$!
until (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do :; done
seen=$(dotnet built/app.dll "127.0.0.1:$port")
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
