#!/usr/bin/env bash
# Creates the root directory of one Debian release with its Postfix, for scripts that source this file. An archive of it
# is kept in artifacts/roots and replaced when the release has changed on the mirror. Source it at the top of the
# repository, in a mount namespace of its own, whose end removes the mounts.
#   release=RELEASE root=DIRECTORY; . compat/make-root.sh; prepare_root
# DEBIAN_MIRROR names another mirror. With ARCH=arm64 it is a root of arm64, whose programs run under qemu-user; whoever calls
# it calls end_emulation at the end.

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
roots=artifacts/roots

inside() { # command...
    env -i HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
}

rules=/proc/sys/fs/binfmt_misc
# The rules are those of the machine: another script that ends its own must not end this one.
export EMULATION=${EMULATION:-tlsmgr-arm64-$$}

# The kernel starts qemu for executables of arm64. Opened now (F): a root does not hold qemu.
begin_emulation() {
    [ "${ARCH:-x64}" = arm64 ] || return 0
    [ -f $rules/register ] || mount -t binfmt_misc none $rules
    [ -f "$rules/$EMULATION" ] || printf %s ":$EMULATION:M::" \
        '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:' \
        '\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:' \
        '/usr/bin/qemu-aarch64-static:F' >$rules/register
}

end_emulation() {
    [ ! -f "$rules/$EMULATION" ] || echo -1 >"$rules/$EMULATION"
}

# A digest of what a root depends on: the packages of the release, and this script.
fingerprint() {
    /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root \
        download-file "$mirror/dists/$release/InRelease" "$roots/$release.InRelease"
    cat "$roots/$release.InRelease" compat/make-root.sh | sha256sum | cut -c 1-16
}

# .NET, which runs the rig, needs libstdc++; hosts of a pool need ip(8).
make_root() {
    debootstrap --arch="$debian_architecture" --variant=minbase --include=ca-certificates,openssl,libstdc++6,iproute2 \
        "$release" "$root" "$mirror"
    # No service may start when it is installed: it would take the machine's ports.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    mount -t proc proc "$root/proc"
    echo "postfix postfix/main_mailer_type select No configuration" | inside debconf-set-selections
    inside apt-get install -q -y --no-install-recommends postfix postfix-lmdb
    umount "$root/proc"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
}

keep_root() { # archive
    rm -f "$roots/$release$suffix"-????????????????.tar.gz*
    tar -C "$root" -I "gzip -1" -cf "$1.new" .
    mv "$1.new" "$1"
}

prepare_root() {
    mkdir -p "$roots"
    mount -t tmpfs -o mode=755 tmpfs "$root"
    local archive suffix='' debian_architecture=amd64
    if [ "${ARCH:-x64}" = arm64 ]; then
        suffix=-arm64
        debian_architecture=arm64
    fi
    begin_emulation
    archive=$roots/$release$suffix-$(fingerprint).tar.gz
    if [ -f "$archive" ]; then
        tar -C "$root" -xzf "$archive"
    else
        echo "$release: creating the root directory; log: $roots/$release.log"
        trap 'tail -n 5 "$roots/$release.log"' EXIT
        make_root >"$roots/$release.log" 2>&1
        trap - EXIT
        keep_root "$archive"
    fi
    mount -t proc proc "$root/proc"
}
