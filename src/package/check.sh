#!/usr/bin/env bash
# Tries the package on a Postfix that runs: in a root directory of Debian 12 (compat/make-root.sh), in namespaces of its
# own, it is installed, used, upgraded and removed by check-inside.sh. Ends with "N passed, N failed".
#   check.sh VERSION
# Needs root, and about 400 MB of memory. When it ends, however it ends, its processes, mounts and files are gone.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: check.sh VERSION}
release=bookworm

if [ -z "${PACKAGE_ROOT:-}" ]; then
    PACKAGE_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-package-XXXXXX")
    export PACKAGE_ROOT
    trap 'rmdir "$PACKAGE_ROOT"' EXIT
    trap 'exit 130' INT TERM HUP
    unshare --mount --pid --fork --kill-child "$0" "$version" </dev/null
    exit
fi

root=$PACKAGE_ROOT
. compat/make-root.sh
prepare_root
inside apt-get update -q >"$roots/package.log" 2>&1
inside apt-get install -q -y --no-install-recommends apparmor >>"$roots/package.log" 2>&1

mkdir "$root/package"
cp "dist/postfix-tlsmgr-net_${version}_amd64.deb" "$root/package/first.deb"
mkdir "$root/package/next"
src/package/deb.sh "$version+next" "$root/package/next" >>"$roots/package.log"
mv "$root"/package/next/*.deb "$root/package/next.deb"
install src/package/check-inside.sh "$root/package"
# Ports of its own.
unshare --net "$BASH" -c 'ip link set lo up && "$@"' "$BASH" \
    env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin timeout -k 10 300 chroot "$root" /package/check-inside.sh
