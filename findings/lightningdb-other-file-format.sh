#!/usr/bin/env bash
# LightningDB 0.23.1 brings LMDB 1.0.1, and changes the file format with it: data version 3, where LMDB 0.9 has 1.
# Neither library opens the other's file, and neither returns MDB_VERSION_MISMATCH, which is documented for this case:
# both say MDB_INVALID, "File is not an LMDB file": the magic number stands in another place in the two formats.
# LMDB 1.0.1 is compiled from the C source in the package, so that this runs with any glibc. Needs: cc and liblmdb0.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory
cd "$directory"

cat > restore.csproj <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="LightningDB" Version="[0.23.1]" /></ItemGroup>
</Project>
END
dotnet restore --verbosity quiet restore.csproj
source=packages/lightningdb/0.23.1/wasm
cc -shared -fPIC -O1 -I "$source" -o ./lmdb-1.so "$source/mdb.c" "$source/midl.c" -lpthread

cat > open.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **arguments)
{
    void *library = dlopen(arguments[1], RTLD_NOW), *environment;
    int (*create)(void **) = dlsym(library, "mdb_env_create");
    int (*open)(void *, const char *, unsigned, unsigned) = dlsym(library, "mdb_env_open");
    char *(*describe)(int) = dlsym(library, "mdb_strerror");
    int code = create(&environment);
    if (code == 0)
        code = open(environment, arguments[2], 0x4000 /* MDB_NOSUBDIR */, 0600);
    return printf("%s on %s: %s\n", arguments[1], arguments[2], describe(code)) < 0;
}
END
cc -o open open.c -ldl

cat > expected <<'END'
liblmdb.so.0 on of-0.9: Successful return: 0
./lmdb-1.so on of-1.0: Successful return: 0
liblmdb.so.0 on of-1.0: MDB_INVALID: File is not an LMDB file
./lmdb-1.so on of-0.9: MDB_INVALID: File is not an LMDB file
END
seen=$(./open liblmdb.so.0 of-0.9; ./open ./lmdb-1.so of-1.0; ./open liblmdb.so.0 of-1.0; ./open ./lmdb-1.so of-0.9)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
