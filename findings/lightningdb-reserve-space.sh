#!/usr/bin/env bash
# LightningDB 0.23.1: Put with PutOptions.ReserveSpace reports success and stores none of the bytes that it was given.
# LMDB returns the address of the space it reserved, to be filled by the caller; Put does not pass it on.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package LightningDB@0.23.1
#:property PublishAot=false
using LightningDB;

using LightningEnvironment environment = new("file");
environment.Open(EnvironmentOpenFlags.NoSubDir);
using LightningTransaction transaction = environment.BeginTransaction();
using LightningDatabase database = transaction.OpenDatabase();
byte[] given = [1, 2, 3, 4];
foreach (PutOptions options in (PutOptions[])[PutOptions.None, PutOptions.ReserveSpace])
{
    byte[] key = [(byte)options.ToString()[0]];
    MDBResultCode code = transaction.Put(database, key, given, options);
    byte[] stored = transaction.Get(database, key).value.CopyToNewArray();
    Console.WriteLine($"{options}: {code}, {stored.Length} bytes, as given: {stored.SequenceEqual(given)}");
}
END
cat > "$directory/expected" <<'END'
None: Success, 4 bytes, as given: True
ReserveSpace: Success, 4 bytes, as given: False
END

cd "$directory"
seen=$(dotnet run app.cs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }

