#!/usr/bin/env bash
# Tries the package on a Postfix that runs: in a root directory of a Debian release, bookworm unless another is named
# (compat/make-root.sh), in namespaces of its own, it is installed, used, upgraded and removed by check-inside.sh. Ends
# with "N passed, N failed".
#   check.sh VERSION [RELEASE]
# Needs root, and about 400 MB of memory. When it ends, however it ends, its processes, mounts and files are gone.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: check.sh VERSION [RELEASE]}
release=${2:-bookworm}

if [ -z "${PACKAGE_ROOT:-}" ]; then
    PACKAGE_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-package-XXXXXX")
    export PACKAGE_ROOT
    job=
    # The first process of the namespaces goes with the process that started it, and takes all others with it.
    end() {
        trap '' INT TERM HUP
        if [ -n "$job" ]; then
            kill -KILL "$job" || true
            wait || true
        fi 2>/dev/null
        rmdir "$PACKAGE_ROOT"
    }
    trap end EXIT
    trap 'exit 130' INT TERM HUP
    # In the background, so that the shell hears of a signal at once.
    unshare --mount --pid --fork --kill-child "$0" "$version" "$release" </dev/null &
    job=$!
    wait "$job"
    job=
    exit
fi

root=$PACKAGE_ROOT
. compat/make-root.sh
prepare_root
log=$roots/package.log
trap 'tail -n 5 "$log"' ERR
# A mirror of testing may lag behind.
inside apt-get update -q -o Acquire::Check-Valid-Until=false >"$log" 2>&1
inside apt-get install -q -y --no-install-recommends apparmor >>"$log" 2>&1

mkdir "$root/package"
cp "dist/postfix-tlsmgr-net_${version}_amd64.deb" "$root/package/first.deb"
mkdir "$root/package/next"
src/packaging/deb.sh "$version+next" "$root/package/next" >>"$log"
mv "$root"/package/next/*.deb "$root/package/next.deb"
install src/packaging/check-inside.sh "$root/package"
trap - ERR
# Ports of its own.
unshare --net "$BASH" -c 'ip link set lo up && "$@"' "$BASH" \
    env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin timeout -k 10 300 chroot "$root" /package/check-inside.sh
