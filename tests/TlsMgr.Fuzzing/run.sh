#!/usr/bin/env bash
# Fuzzes one target for a number of seconds, then prints the coverage of the corpus: run.sh TARGET SECONDS. The corpus
# grows in artifacts/fuzzing, where libFuzzer also leaves an input that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1
program=artifacts/fuzzing/$target/program
corpus=artifacts/fuzzing/$target/corpus
tool=$program/TlsMgr.Fuzzing.dll
rm -rf "$program"
mkdir -p "$corpus"

dotnet build tests/TlsMgr.Fuzzing --nologo -v quiet
cp -r artifacts/bin/TlsMgr.Fuzzing/debug "$program"
dotnet "$tool" instrument "$program"
clang -Wall -Wextra -Werror -O1 -c tests/TlsMgr.Fuzzing/host.c -o "$program/host.o"
clang++ "$program/host.o" "$(clang -print-resource-dir)/../../libFuzzer.a" -ldl -o "$program/host"

# In memory, so that no input waits for a disk.
TMPDIR=$(mktemp -d /dev/shm/tlsmgr-fuzzing-XXXXXX)
trap 'rm -rf "$TMPDIR"' EXIT
export TMPDIR
dotnet "$tool" seeds "$target" "$corpus"
HOSTFXR=$(find "$(dirname "$(readlink -f "$(command -v dotnet)")")/host/fxr" -name libhostfxr.so | sort -V | tail -n 1)
export HOSTFXR FUZZING_ASSEMBLY=$tool FUZZING_TARGET=$target
"$program/host" -max_total_time="$2" -timeout=60 -rss_limit_mb=1024 -max_len=512 -print_final_stats=1 \
    -dict=tests/TlsMgr.Fuzzing/words.dict -artifact_prefix="artifacts/fuzzing/$target/" "$corpus"
dotnet "$tool" cover "$target" "$corpus"
