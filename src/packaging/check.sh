#!/usr/bin/env bash
# Tests the package on a running Postfix: check-inside.sh installs, uses, upgrades and removes it in the root directory
# of each named Debian release (compat/make-root.sh), in namespaces of its own. Ends with "N passed, N failed".
#   check.sh VERSION RELEASE... | all
# With ARCH=arm64 it is the package for arm64, in roots of bookworm and trixie (all) whose programs run under qemu-user.
# Needs root, and about 400 MB of memory. Processes, mounts and files are removed at the end, also after a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage="usage: check.sh VERSION RELEASE... | all"
version=${1:?$usage}
release=${2:?$usage}
. src/packaging/architecture.sh
architecture=$debian_architecture all="bullseye bookworm trixie testing"
[ $architecture = amd64 ] || all="bookworm trixie"
# shellcheck disable=SC2086
[ "$release" != all ] || set -- "$version" $all
. compat/make-root.sh

# Several releases: each by itself, and the total.
if [ $# -gt 2 ]; then
    mkdir -p artifacts/results
    results=()
    for release in "${@:2}"; do
        results+=("artifacts/results/package-$release-$architecture.txt")
        "$0" "$version" "$release" 2>&1 | tee "${results[-1]}" || true
    done
    for result in "${results[@]}"; do
        echo "$result: $(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$result" || echo "0 passed, 1 failed")"
    done | awk '{ print; passed += $(NF - 3); failed += $(NF - 1) }
        END { print passed " passed, " failed " failed"; exit failed > 0 }'
    exit
fi

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
        end_emulation
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

# The package of 0.1.0 as the commit made it that added the package, with its maintainer scripts and its command, and with
# the executables of today.
build_old() {
    local commit=4aa2396 old=$root/package/0.1.0
    mkdir "$old"
    git archive $commit src/package compat/QUIRKS.md | tar -x -C "$old" || {
        echo "check.sh: the package of 0.1.0 is made from commit $commit, which this clone lacks" >&2
        return 1
    }
    ln -s "$PWD/dist" "$old/dist"
    GIT_DIR=$(git rev-parse --absolute-git-dir) "$old/src/package/deb.sh" "0.1.0~first" "$root/package" >>"$log"
    mv "$root"/package/*first_amd64.deb "$root/package/old.deb"
}

root=$PACKAGE_ROOT
prepare_root
log=$roots/package.log
trap 'tail -n 5 "$log"' ERR
# The index of a mirror of testing may be out of date.
inside apt-get update -q -o Acquire::Check-Valid-Until=false >"$log" 2>&1
inside apt-get install -q -y --no-install-recommends apparmor >>"$log" 2>&1

mkdir "$root/package"
# The first version had no package for arm64.
[ $architecture = arm64 ] || build_old
cp "dist/postfix-tlsmgr-net_${version}_$architecture.deb" "$root/package/first.deb"
mkdir "$root/package/next"
src/packaging/deb.sh "$version+next" "$root/package/next" >>"$log"
mv "$root"/package/next/*.deb "$root/package/next.deb"
install src/packaging/check-inside.sh src/packaging/{postfix-under-test,checks}.sh src/packaging/tlsmgr-stand-in "$root/package"
# What make install needs and does, but for the manual pages.
mkdir -p "$root/package/source/dist"
cp -r src "$root/package/source"
cp "$dist/tlsmgr" "$dist/tlsmgrctl" "$root/package/source/dist"
if [ $architecture = arm64 ]; then
    mv "$root/package/source/dist/tlsmgrctl" "$root/package/tlsmgrctl"
    install -D src/packaging/tlsmgrctl-emulated "$root/package/emulated/tlsmgrctl"
    # Emulated programs take longer to reply.
    sed 's/^reply_seconds=.*/reply_seconds=20/' src/packaging/postfix-tlsmgr-net >"$root/package/emulated/postfix-tlsmgr-net"
    chmod 755 "$root/package/emulated/postfix-tlsmgr-net"
    install src/packaging/tlsmgrctl-emulated "$root/package/source/dist/tlsmgrctl"
fi
make -n install PREFIX=/usr/local | grep -E '^(install|src/packaging/switch.sh) ' | grep -v /man/ >"$root/package/source/install"
trap - ERR
# A network namespace, so that Postfix has ports of its own.
[ $architecture = amd64 ] || PACKAGE_SECONDS=${PACKAGE_SECONDS:-3000}
unshare --net "$BASH" -c 'ip link set lo up && "$@"' "$BASH" \
    env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin timeout -k 10 "${PACKAGE_SECONDS:-600}" chroot "$root" /package/check-inside.sh
