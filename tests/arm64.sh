#!/usr/bin/env bash
# Prepares the suite arm64: compares the recorded interface of the kernel with the compilers, fetches what an arm64 executable
# needs to run, and makes artifacts/qemu: programs that run those of dist/arm64 under qemu. Needs clang, qemu-user-static and
# make publish ARCH=arm64. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
for architecture in x64 arm64; do
    if tests/kernel-interface.sh "$architecture" | diff "tests/TlsMgr.Tests/Libc/kernel-interface.$architecture.txt" -; then
        passed=$((passed + 1))
    else
        echo "FAILED kernel-interface.$architecture.txt is not what the compiler says"
        failed=$((failed + 1))
    fi
done

src/packaging/sysroot.sh artifacts/root-arm64 tests/arm64-root.list
mkdir -p artifacts/qemu
for name in tlsmgr tlsmgrctl; do
    cat >"artifacts/qemu/$name" <<EOF
#!/bin/sh
exec /usr/bin/qemu-aarch64-static -L $PWD/artifacts/root-arm64 $PWD/dist/arm64/$name "\$@"
EOF
    chmod 755 "artifacts/qemu/$name"
done
if artifacts/qemu/tlsmgrctl --version; then
    passed=$((passed + 1))
else
    echo "FAILED tlsmgrctl does not run"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
