#!/usr/bin/env bash
# Prepares the suite arm64: compares the recorded interface of the kernel with the compilers, fetches what an arm64 executable
# needs to run, and makes artifacts/qemu: programs that run those of dist/arm64 under qemu. Needs clang, qemu-user-static and
# make publish ARCH=arm64. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p artifacts/qemu
check_output=artifacts/qemu/check.txt
. src/packaging/checks.sh

is_as_compiled() { # architecture
    tests/kernel-interface.sh "$1" | diff "tests/TlsMgr.Tests/Libc/kernel-interface.$1.txt" -
}
for architecture in x64 arm64; do
    check "kernel-interface.$architecture.txt is what the compiler says" is_as_compiled $architecture
done

src/packaging/sysroot.sh artifacts/root-arm64 tests/arm64-root.list
for name in tlsmgr tlsmgrctl tlspool; do
    cat >"artifacts/qemu/$name" <<EOF
#!/bin/sh
exec /usr/bin/qemu-aarch64-static -L $PWD/artifacts/root-arm64 $PWD/dist/arm64/$name "\$@"
EOF
    chmod 755 "artifacts/qemu/$name"
done
check "tlsmgrctl runs" artifacts/qemu/tlsmgrctl --version
print_counts
