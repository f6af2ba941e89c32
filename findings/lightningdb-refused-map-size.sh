#!/usr/bin/env bash
# LightningDB 0.23.1: a map size that LMDB refuses (here because a transaction is active) is thrown for, and remembered
# all the same. MapSize then returns a size that the map has not; Info.MapSize is the real one.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package LightningDB@0.23.1
#:property PublishAot=false
using LightningDB;

using LightningEnvironment environment = new("file", new EnvironmentConfiguration { MapSize = 1 << 20 });
environment.Open(EnvironmentOpenFlags.NoSubDir);
using LightningTransaction transaction = environment.BeginTransaction();
try
{
    environment.MapSize = 8 << 20;
    Console.WriteLine("changed");
}
catch (LightningException fault)
{
    Console.WriteLine(fault.Message);
}

Console.WriteLine($"MapSize {environment.MapSize}, Info.MapSize {environment.Info.MapSize}");
END
cat > "$directory/expected" <<'END'
Invalid argument
MapSize 8388608, Info.MapSize 1048576
END

cd "$directory"
seen=$(dotnet run app.cs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }

