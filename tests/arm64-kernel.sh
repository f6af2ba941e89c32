#!/usr/bin/env bash
# Boots Debian's arm64 kernel in qemu with a root directory of Debian 12 in memory, installs the package for arm64 there, and runs
# arm64-kernel-inside.sh with a real Postfix and Redis: what qemu-user cannot do. The last line is "N passed, N failed".
#   arm64-kernel.sh VERSION
# Needs root, qemu-system-aarch64 and make deb ARCH=arm64, 3 GB of memory, and the network the first time. Minutes: nothing of
# the machine's own architecture runs but the emulator.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:?usage: arm64-kernel.sh VERSION}
release=bookworm
export ARCH=arm64
if [ -z "${KERNEL_ROOT:-}" ]; then
    KERNEL_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-kernel-XXXXXX")
    export KERNEL_ROOT
    . compat/make-root.sh
    trap 'end_emulation; rmdir "$KERNEL_ROOT"' EXIT
    unshare --mount --pid --fork --kill-child "$0" "$version" </dev/null
    exit
fi

. compat/make-root.sh
root=$KERNEL_ROOT
prepare_root
inside apt-get update -q >artifacts/kernel-arm64.log 2>&1
inside apt-get install -q -y --no-install-recommends redis-server >>artifacts/kernel-arm64.log 2>&1
umount "$root/proc"
src/packaging/sysroot.sh artifacts/kernel-arm64 tests/arm64-kernel.list
mkdir "$root/package"
cp "dist/postfix-tlsmgr-net_${version}_arm64.deb" "$root/package/package.deb"
install tests/arm64-kernel-inside.sh src/packaging/{postfix-under-test,checks}.sh "$root/package"
for shim in forbidden forbidden-network; do
    clang --target=aarch64-linux-gnu --sysroot=artifacts/sysroot-arm64 -fuse-ld=lld -shared -fPIC -O1 \
        -o "$root/package/$shim.so" tests/TlsMgr.Daemon.Tests/Shims/$shim.c
done
rm -rf "$root"/usr/share/{doc,locale,man} "$root"/var/lib/apt/lists/*
ln -sf /package/arm64-kernel-inside.sh "$root/init"
(cd "$root" && find . -xdev | cpio -o -H newc --quiet) | gzip -1 >artifacts/arm64-kernel.cpio.gz
umount "$root"

mkdir -p artifacts/results
timeout -k 10 "${KERNEL_SECONDS:-1500}" qemu-system-aarch64 -machine virt -cpu cortex-a72 -smp 2 -m 2048 -nographic -no-reboot -net none \
    -kernel artifacts/kernel-arm64/boot/vmlinuz-* -initrd artifacts/arm64-kernel.cpio.gz \
    -append "console=ttyAMA0 panic=-1 loglevel=4 random.trust_cpu=on" | sed -u 's/\r//' | tee artifacts/results/arm64-kernel.txt
rm artifacts/arm64-kernel.cpio.gz
last=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' artifacts/results/arm64-kernel.txt | tail -n 1)
[[ $last == *" 0 failed" ]] || { echo "arm64-kernel.sh: ${last:-the machine did not finish}" >&2; exit 1; }
