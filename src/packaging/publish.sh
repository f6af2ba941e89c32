#!/usr/bin/env bash
# Publishes the native executables tlsmgr, tlsmgrctl and tlspool with THIRD-PARTY-NOTICES, to dist, or for ARCH=arm64 to dist/arm64.
# They are linked with the C library of Debian 11, which is downloaded once; for the machine's own architecture with its C
# library when the download fails. Exit status 1: an executable cannot be built, or a package that it holds has no notice.
set -euo pipefail
cd "$(dirname "$0")/../.."

case ${ARCH:-x64} in
    x64)
        dist=dist artifacts=artifacts options=()
        src/packaging/sysroot.sh artifacts/sysroot ||
            echo "publish: cannot download Debian 11's C library; linking with this machine's: the result may not start on older systems" ;;
    arm64)
        dist=dist/arm64 artifacts=artifacts/arm64
        options=(-p:TargetArchitecture=arm64 "-p:ArtifactsPath=$PWD/$artifacts")
        src/packaging/sysroot.sh artifacts/sysroot-arm64 src/packaging/sysroot-arm64.list ;;
    *) echo "publish: no architecture $ARCH: x64 or arm64" >&2; exit 1 ;;
esac
mkdir -p "$dist"
for executable in TlsMgr.Daemon:TlsMgr.Daemon:tlsmgr TlsMgr.Control:tlsmgrctl:tlsmgrctl TlsMgr.Pool:tlspool:tlspool; do
    IFS=: read -r project assembly name <<<"$executable"
    if ! log=$(dotnet restore "src/$project" "${options[@]}" 2>&1); then
        echo "publish: the packages of $project cannot be restored: $(grep -m 1 -o 'error.*' <<<"$log")" >&2
        exit 1
    fi
    dotnet publish "src/$project" "${options[@]}" --no-restore -c Release -o "$artifacts/native/$project"
    cp -f "$artifacts/native/$project/$assembly" "$dist/$name"
done
src/packaging/notices.sh notices >"$dist/THIRD-PARTY-NOTICES.new"
mv -f "$dist/THIRD-PARTY-NOTICES.new" "$dist/THIRD-PARTY-NOTICES"
ls -l "$dist/tlsmgr" "$dist/tlsmgrctl" "$dist/tlspool"
