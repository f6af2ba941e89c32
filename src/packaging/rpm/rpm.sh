#!/usr/bin/env bash
# Builds DIRECTORY/postfix-tlsmgr-net-VERSION-1.x86_64.rpm, or for ARCH=arm64 that for aarch64, from the archive of tarball.sh in
# the same directory. The same input gives the same package.
#   rpm.sh VERSION DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/../../.."

version=${1:?usage: rpm.sh VERSION DIRECTORY}
target=$(realpath "${2:?usage: rpm.sh VERSION DIRECTORY}")
. src/packaging/architecture.sh

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
log=$(rpmbuild -bb --target "$rpm_architecture" --dbpath "$temporary/database" \
    --define "_topdir $temporary" --define "_sourcedir $target" --define "_rpmdir $temporary/packages" \
    --define "tlsmgr_version ${version//-/\~}" --define "tlsmgr_system linux-${ARCH:-x64}" \
    --define "_buildhost tlsmgr.invalid" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" src/packaging/rpm/postfix-tlsmgr-net.spec 2>&1) || {
    echo "$log" >&2
    exit 1
}
mv "$temporary"/packages/*/*.rpm "$target"
