#!/usr/bin/env bash
# One Debian release in a root directory of its own, with its Postfix, OpenSSL and C library, and the rig and the wire
# table run in there with one binary. roots.sh starts this as the first process of a mount and a process namespace:
# when it ends, every other process in there is ended, and mounts and files are gone.
#   root.sh RELEASE BINARY DIRECTORY
# The root is kept in artifacts/roots, and made anew when the release has changed on the mirror.
set -euo pipefail
cd "$(dirname "$0")/.."

release=$1
binary=$2
root=$3
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
roots=artifacts/roots

inside() { # command...
    env -i HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
}

# What a root depends on: the release's packages, and how this script makes it.
state() {
    /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root \
        download-file "$mirror/dists/$release/InRelease" "$roots/$release.InRelease"
    cat "$roots/$release.InRelease" compat/root.sh | sha256sum | cut -c 1-16
}

# libstdc++ is for .NET, which runs the rig.
make_root() {
    debootstrap --variant=minbase --include=ca-certificates,openssl,libstdc++6 "$release" "$root" "$mirror"
    # Nothing may start because it is installed: it would take the machine's ports.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    mount -t proc proc "$root/proc"
    echo "postfix postfix/main_mailer_type select No configuration" | inside debconf-set-selections
    inside apt-get install -q -y --no-install-recommends postfix postfix-lmdb
    umount "$root/proc"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
}

keep_root() { # archive
    rm -f "$roots/$release"-*.tar.gz*
    tar -C "$root" -I "gzip -1" -cf "$1.new" .
    mv "$1.new" "$1"
}

read_only() { # source target
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
}

run_tool() { # name argument...
    local name=$1
    shift
    inside timeout -k 10 600 /dotnet/dotnet "/repository/artifacts/net10.0/bin/$name/release/$name.dll" "$@" || true
}

mkdir -p "$roots"
mount -t tmpfs -o mode=755 tmpfs "$root"
archive=$roots/$release-$(state).tar.gz
if [ -f "$archive" ]; then
    tar -C "$root" -xzf "$archive"
else
    echo "$release: making the root directory; what is done goes to $roots/$release.log"
    trap 'tail -n 5 "$roots/$release.log"' EXIT
    make_root >"$roots/$release.log" 2>&1
    trap - EXIT
    keep_root "$archive"
fi

mount -t proc proc "$root/proc"
read_only . /repository
read_only "$(dirname "$(readlink -f "$(command -v dotnet)")")" /dotnet
install -m 755 "$binary" "$root/tlsmgr"
echo "$release has" "$(inside dpkg-query -W -f '${Package} ${Version}, ' postfix openssl libc6 | sed 's/, $//')"
run_tool TlsMgr.Compat check --tlsmgr /tlsmgr
original=$(inside postconf -d -h daemon_directory)/tlsmgr
run_tool TlsMgr.SideBySide check --tlsmgr /tlsmgr --original "$original" --only wire
