#!/usr/bin/env bash
# LightningDB 0.23.1: LMDB passes the system's error numbers on, and MDBResultCode names them as Windows does, on Linux
# too. A write in a read-only transaction is EACCES and reads "InvalidData"; EIO reads "AccessDenied".
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package LightningDB@0.23.1
#:property PublishAot=false
using System.Runtime.InteropServices;
using LightningDB;

using LightningEnvironment environment = new("file");
environment.Open(EnvironmentOpenFlags.NoSubDir);
using LightningTransaction transaction = environment.BeginTransaction(TransactionBeginFlags.ReadOnly);
using LightningDatabase database = transaction.OpenDatabase();
Tell(transaction.Put(database, [1], [1]));
foreach (int error in (int[])[5, 12, 22, 28])
{
    Tell((MDBResultCode)error);
}

static void Tell(MDBResultCode code) =>
    Console.WriteLine($"{(int)code} {code}: {Marshal.GetPInvokeErrorMessage((int)code)}");
END
cat > "$directory/expected" <<'END'
13 InvalidData: Permission denied
5 AccessDenied: Input/output error
12 InvalidAccess: Cannot allocate memory
22 BadCommand: Invalid argument
28 OutOfPaper: No space left on device
END

cd "$directory"
seen=$(dotnet run app.cs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }

