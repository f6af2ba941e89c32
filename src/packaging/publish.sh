#!/usr/bin/env bash
# Publishes the native executables tlsmgr and tlsmgrctl to dist, with THIRD-PARTY-NOTICES. They are linked with the C library
# of Debian 11, which is downloaded once, or with this machine's when the download fails. Exit status 1: an executable
# cannot be built, or a package that it holds has no notice.
set -euo pipefail
cd "$(dirname "$0")/../.."

src/packaging/sysroot.sh artifacts/sysroot || \
    echo "publish: cannot download Debian 11's C library; linking with this machine's: the result may not start on older systems"
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
src/packaging/notices.sh notices >dist/THIRD-PARTY-NOTICES.new
mv -f dist/THIRD-PARTY-NOTICES.new dist/THIRD-PARTY-NOTICES
ls -l dist/tlsmgr dist/tlsmgrctl
