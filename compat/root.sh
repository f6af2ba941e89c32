#!/usr/bin/env bash
# Runs the rig's checks, the hosts of a pool and the wire cases with one binary inside one Debian release, with its
# Postfix, OpenSSL and C library. roots.sh starts this as the first process of a mount and a process namespace: when it exits, the kernel kills
# every other process of the namespace and removes its mounts and files.
#   root.sh RELEASE BINARY DIRECTORY
# artifacts/clock.so is the compiled compat/TlsMgr.Rig/Pool/clock.c; tlsmgrctl is beside the binary.
set -euo pipefail
cd "$(dirname "$0")/.."

release=$1
binary=$2
root=$3
. compat/make-root.sh

read_only() { # source target
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
}

run_tool() { # name argument...
    local name=$1
    shift
    inside timeout -k 10 600 /dotnet/dotnet "/repository/artifacts/bin/$name/release/$name.dll" "$@" || true
}

prepare_root
read_only . /repository
read_only "$(dirname "$(readlink -f "$(command -v dotnet)")")" /dotnet
install -m 755 "$binary" "$root/tlsmgr"
install -m 755 "$(dirname "$binary")/tlsmgrctl" "$root/tlsmgrctl"
echo "$release has" "$(inside dpkg-query -W -f '${Package} ${Version}, ' postfix openssl libc6 | sed 's/, $//')"
run_tool TlsMgr.Rig check --tlsmgr /tlsmgr
run_tool TlsMgr.Rig pool --brief --tlsmgr /tlsmgr --clock /repository/artifacts/clock.so
postfix_tlsmgr=$(inside postconf -d -h daemon_directory)/tlsmgr
run_tool TlsMgr.Differential check --tlsmgr /tlsmgr --original "$postfix_tlsmgr" --only wire
