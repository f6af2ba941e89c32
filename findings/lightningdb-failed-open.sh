#!/usr/bin/env bash
# LightningDB 0.23.1: LightningEnvironment.Open throws a LightningException whose StatusCode is 0, the code of success.
# LMDB's code stands in the inner exception alone, so a handler that compares StatusCode never finds a match.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package LightningDB@0.23.1
#:property PublishAot=false
using LightningDB;

using LightningEnvironment environment = new("absent/file");
try
{
    environment.Open(EnvironmentOpenFlags.NoSubDir);
    Console.WriteLine("opened");
}
catch (LightningException fault)
{
    Console.WriteLine($"status {fault.StatusCode}: {fault.Message}");
    Console.WriteLine($"inner status {((LightningException)fault.InnerException!).StatusCode}: {fault.InnerException.Message}");
}
END
cat > "$directory/expected" <<'END'
status 0: Failed to open environment at path absent/file
inner status 2: No such file or directory
END

cd "$directory"
seen=$(dotnet run app.cs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }

