#!/usr/bin/env bash
# Runs a pool whose hosts have the Postfix, OpenSSL and C library of one Debian release each, and checks which pairs of
# releases share tickets. roots.sh starts this as the first process of a mount and a process namespace: when it exits,
# the kernel kills every other process of the namespace and removes its mounts and files.
#   mixed.sh BINARY DIRECTORY RELEASE...
# artifacts/clock.so is the compiled compat/TlsMgr.Rig/Pool/clock.c; tlsmgrctl is beside the binary.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$1
top=$2
shift 2
. compat/make-root.sh

mount -t tmpfs -o mode=755 tmpfs "$top"
all=
versions=
for release in "$@"; do
    root=$top/$release
    mkdir "$root"
    prepare_root
    all=$all,$root
    versions+="$release with $(inside dpkg-query -W -f '${Package} ${Version}' postfix), "
done
echo "mixed has ${versions%, }"
timeout -k 10 600 dotnet artifacts/bin/TlsMgr.Rig/release/TlsMgr.Rig.dll \
    pool --tlsmgr "$binary" --clock artifacts/clock.so --roots "${all#,}"
