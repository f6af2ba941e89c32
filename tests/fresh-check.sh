#!/usr/bin/env bash
# Runs make run and make test as the first commands on a fresh Debian that has nothing but git, make and the .NET SDK of this
# machine: a clone of the current commit in a new root directory of each release. Prints how long each takes, and ends with
# "N passed, N failed".
#   fresh-check.sh [RELEASE...]
# bookworm and trixie unless releases are given. Needs root, the network, and 5 GB in TMPDIR; an hour on an idle machine is enough.
# DEBIAN_MIRROR names another mirror.
set -euo pipefail
cd "$(dirname "$0")/.."

# The namespaces' end removes mounts and processes, also after Ctrl-C.
if [ -z "${FRESH_ROOT:-}" ]; then
    FRESH_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-fresh-XXXXXX")
    export FRESH_ROOT
    job=
    trap '[ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true; wait; rm -rf "$FRESH_ROOT"' EXIT
    trap 'exit 130' INT TERM HUP
    # In the background, so that the shell handles a signal at once.
    unshare --mount --pid --fork --kill-child "$0" "$@" </dev/null &
    job=$!
    wait "$job"
    exit
fi

[ $# -gt 0 ] || set -- bookworm trixie
results=$PWD/artifacts/results
mkdir -p "$results"
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
passed=0
failed=0

# What the SDK needs of Debian is installed with it: the C++ library, OpenSSL and ICU, whose package has its version in its name.
make_fresh_root() {
    debootstrap --variant=minbase --include=ca-certificates,git,make,libstdc++6,openssl "$release" "$root" \
        "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
    # No service may start when it is installed: it would take the machine's ports.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$root/etc"
    # A proxy of this machine's network may have a certificate of its own.
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates" 2>/dev/null || true
    chroot "$root" update-ca-certificates
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mkdir "$root/dotnet"
    mount --bind "$sdk" "$root/dotnet"
    mount -o remount,bind,ro "$root/dotnet"
    git clone -q . "$root/repository"
    inside apt-get install -q -y --no-install-recommends '^libicu[0-9]+$'
}

inside() { # command...
    env -i HOME=/root LC_ALL=C.UTF-8 PATH=/dotnet:/usr/sbin:/usr/bin:/sbin:/bin \
        ${NUGET_CERT_REVOCATION_MODE:+"NUGET_CERT_REVOCATION_MODE=$NUGET_CERT_REVOCATION_MODE"} \
        chroot "$root" sh -c 'cd /repository && "$@"' sh "$@"
}

for release in "$@"; do
    root=$FRESH_ROOT/$release
    make_fresh_root >"$results/fresh-$release.txt" 2>&1 || { tail -n 5 "$results/fresh-$release.txt"; failed=$((failed + 1)); continue; }
    for target in run test; do
        begin=$SECONDS
        if inside make $target >"$results/fresh-$release-$target.txt" 2>&1; then
            passed=$((passed + 1))
            verdict=ok
        else
            failed=$((failed + 1))
            verdict=FAILED
        fi
        echo "$verdict  $release: make $target took $((SECONDS - begin)) s: $(tail -n 1 "$results/fresh-$release-$target.txt")"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
