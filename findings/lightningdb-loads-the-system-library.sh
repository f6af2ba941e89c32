#!/usr/bin/env bash
# LightningDB 0.23.1 brings LMDB 1.0.1, whose library for Linux needs glibc 2.38. Where glibc is older (Debian 12 has
# 2.36), the loader does not fail: it goes on to the system's liblmdb.so, where liblmdb-dev is installed, without a word.
# The program then runs on LMDB 0.9.24, whose files LMDB 1.0.1 cannot open. Needs: glibc below 2.38 and liblmdb-dev.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

glibc=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
if [ "$(printf '%s\n' "$glibc" 2.38 | sort -V | head -n 1)" = 2.38 ] || ! ldconfig -p | grep -q 'liblmdb\.so '; then
    echo "$(basename "$0"): needs glibc below 2.38 (here: $glibc) and liblmdb-dev" >&2
    exit 2
fi

cat > "$directory/app.cs" <<'END'
#:package LightningDB@0.23.1
#:property PublishAot=false
using LightningDB.Native;

Lmdb.mdb_version(out int major, out int minor, out int patch);
string loaded = File.ReadLines("/proc/self/maps").First(line => line.Contains("liblmdb")).Split('/', 2)[1];
Console.WriteLine($"runs on LMDB {major}.{minor}.{patch}, /{loaded}");
END
cat > "$directory/expected" <<'END'
runs on LMDB 0.9.24, /usr/lib/x86_64-linux-gnu/liblmdb.so.0.0.0
the package's own library: LMDB 1.0.1
END

cd "$directory"
seen=$(dotnet run app.cs
    echo "the package's own library: $(grep -ao 'LMDB [0-9.]*[0-9]' \
        packages/lightningdb/0.23.1/runtimes/linux-x64/native/liblmdb.so | head -n 1)")
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }

