#!/usr/bin/env bash
# Tests the package on a running Postfix: check-inside.sh installs, uses, upgrades and removes it in the root directory
# of a Debian release (compat/make-root.sh; bookworm unless another is named), in namespaces of its own. Ends with
# "N passed, N failed".
#   check.sh VERSION [RELEASE]
# Needs root, and about 400 MB of memory. Processes, mounts and files are removed at the end, also after a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: check.sh VERSION [RELEASE]}
release=${2:-bookworm}

if [ -z "${PACKAGE_ROOT:-}" ]; then
    PACKAGE_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-package-XXXXXX")
    export PACKAGE_ROOT
    job=
    # The first process of the namespaces is killed with its parent (--kill-child), and all others with it.
    cleanup() {
        trap '' INT TERM HUP
        if [ -n "$job" ]; then
            kill -KILL "$job" || true
            wait || true
        fi 2>/dev/null
        rmdir "$PACKAGE_ROOT"
    }
    trap cleanup EXIT
    trap 'exit 130' INT TERM HUP
    # In the background, so that the shell handles a signal at once.
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
# The index of a mirror of testing may be out of date.
inside apt-get update -q -o Acquire::Check-Valid-Until=false >"$log" 2>&1
inside apt-get install -q -y --no-install-recommends apparmor >>"$log" 2>&1

mkdir "$root/package"
cp "dist/postfix-tlsmgr-net_${version}_amd64.deb" "$root/package/first.deb"
mkdir "$root/package/next"
src/packaging/deb.sh "$version+next" "$root/package/next" >>"$log"
mv "$root"/package/next/*.deb "$root/package/next.deb"
install src/packaging/check-inside.sh "$root/package"
trap - ERR
# A network namespace, so that Postfix has ports of its own.
unshare --net "$BASH" -c 'ip link set lo up && "$@"' "$BASH" \
    env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin timeout -k 10 300 chroot "$root" /package/check-inside.sh
