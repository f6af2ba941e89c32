#!/usr/bin/env bash
# Publishes the executables as native code into dist: tlsmgr and tlsmgrctl. Linked with the C library of Debian 11, which
# is fetched once; with this machine's where that cannot be had. Exit status 1: an executable cannot be made.
set -euo pipefail
cd "$(dirname "$0")/../.."

src/packaging/sysroot.sh artifacts/sysroot || \
    echo "publish: Debian 11's C library cannot be had; linking with this machine's: the result may not start elsewhere"
mkdir -p dist
for executable in TlsMgr.Daemon:TlsMgr.Daemon:tlsmgr TlsMgr.Control:tlsmgrctl:tlsmgrctl; do
    IFS=: read -r project assembly name <<<"$executable"
    if ! log=$(dotnet restore "src/$project" 2>&1); then
        echo "publish: the packages of $project cannot be restored: $(grep -m 1 -o 'error.*' <<<"$log")" >&2
        exit 1
    fi
    dotnet publish "src/$project" --no-restore -c Release -o "artifacts/native/$project"
    cp -f "artifacts/native/$project/$assembly" "dist/$name"
done
ls -l dist/tlsmgr dist/tlsmgrctl
