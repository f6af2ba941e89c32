#!/usr/bin/env bash
# Runs the pages docs/tasks/*.md: pages-inside.sh executes their commands and compares what they print. The commands see a
# copy of this machine's files (an overlay whose changes are in memory), with processes and a network of their own, so that
# the pages can install, break and remove what they want. Ends with "N passed, N failed".
#   pages.sh [--update] [PAGE...]
# --update writes the real output into the pages where it differs. Needs root, Debian's Postfix, and dist as left by make deb.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
update=
if [ "${1:-}" = --update ]; then
    update=yes
    shift
fi
# Without names: all pages that have commands.
if [ $# = 0 ]; then
    mapfile -t pages < <(grep -lE '^    [#$] ' docs/tasks/*.md)
    set -- "${pages[@]}"
fi

# Half of the pages at a time, each half in namespaces of its own: most of the time is waiting. Their first process is killed
# with its parent (--kill-child), and all others with it; the mounts go too.
if [ -z "${PAGES_ROOT:-}" ]; then
    directory=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-pages-XXXXXX")
    trap 'kill -KILL $(jobs -p) 2>/dev/null && wait; rm -rf "$directory"' EXIT
    trap 'exit 130' INT TERM HUP
    pages=("$@")
    for half in 0 1; do
        part=()
        for ((i = half; i < ${#pages[@]}; i += 2)); do
            part+=("${pages[i]}")
        done
        [ ${#part[@]} -gt 0 ] || continue
        mkdir "$directory/$half"
        PAGES_ROOT=$directory/$half unshare --mount --pid --net --fork --kill-child "$0" ${update:+--update} "${part[@]}" \
            </dev/null >"$directory/$half.txt" 2>&1 &
    done
    wait
    # A half without counts has failed.
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; counts++; next } { print }
        END { failed += ARGC - 1 - counts; print passed + 0 " passed, " failed " failed"; exit failed > 0 }' \
        "$directory"/*.txt && status=0 || status=$?
    exit $status
fi

mount -t tmpfs -o mode=755 tmpfs "$PAGES_ROOT"
mkdir "$PAGES_ROOT"/{changes,work,root}
root=$PAGES_ROOT/root
mount -t overlay -o "lowerdir=/,upperdir=$PAGES_ROOT/changes,workdir=$PAGES_ROOT/work" overlay "$root" || {
    echo "pages.sh: this kernel mounts no overlay of the root directory" >&2
    exit 1
}
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
ip link set lo up

mkdir -p "$root/pages"
cp "dist/postfix-tlsmgr-net_${version}_amd64.deb" "$root/root/"
cp src/packaging/pages-inside.sh src/packaging/postfix-under-test.sh "$@" "$root/pages"
status=0
env -i HOME=/root LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$root" /pages/pages-inside.sh "${@##*/}" || status=$?
if [ -n "$update" ]; then
    for page in "$@"; do
        cat "$root/pages/${page##*/}.new" >"$page"
    done
fi
exit $status
