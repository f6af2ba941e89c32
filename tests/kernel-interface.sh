#!/usr/bin/env bash
# Prints what the C compiler says about the kernel's and the C library's interface on an architecture: a line "NAME VALUE" for
# each constant, offset and size that TlsMgr declares. Needs clang, and for arm64 artifacts/sysroot-arm64 (make publish
# ARCH=arm64). Nothing is run of what it compiles. After a change of tests/TlsMgr.Tests/Libc/*.c:
#   for arch in x64 arm64; do tests/kernel-interface.sh $arch >tests/TlsMgr.Tests/Libc/kernel-interface.$arch.txt; done
set -euo pipefail
cd "$(dirname "$0")/.."

options=()
case ${1:-} in
    x64) ;;
    arm64) options=(--target=aarch64-linux-gnu --sysroot=artifacts/sysroot-arm64) ;;
    *) echo "usage: kernel-interface.sh x64|arm64" >&2; exit 2 ;;
esac
for source in tests/TlsMgr.Tests/Libc/{kernel-interface,system-calls}.c; do
    # The compilers mark an immediate operand with $ or #.
    clang "${options[@]}" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -S -o - "$source" |
        sed -nE 's/.*"->([^ ]*) [$#]?(-?[0-9]+)".*/\1 \2/p'
done
