#!/usr/bin/env bash
# Makes DIRECTORY what the linker takes for a Debian 11, so that the binary starts wherever glibc is 2.31 or later. It
# is made once: a DIRECTORY that holds what sysroot.list says is left as it is. Installs nothing on the machine.
#   sysroot.sh DIRECTORY
# DEBIAN_MIRROR names another mirror. Exit status 1: the packages cannot be had, and DIRECTORY is as it was.
set -euo pipefail

list=$(dirname "$0")/sysroot.list
directory=${1:?usage: sysroot.sh DIRECTORY}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
# Where Debian moves a release that it no longer keeps.
archive=http://archive.debian.org/debian

fetch() { # file sha256 target
    local site
    for site in "$mirror" "$archive"; do
        # apt's own client: it is on every Debian, goes through apt's proxy, and checks the sum.
        if /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
            download-file "$site/$1" "$3" "SHA256:$2"; then
            return
        fi
    done
    echo "sysroot.sh: cannot fetch $1" >&2
    return 1
}

if cmp -s "$list" "$directory/sysroot.list"; then
    exit 0
fi

mkdir -p "$(dirname "$directory")"
new=$(mktemp -d "$directory.XXXXXX")
trap 'rm -rf "$new"' EXIT
grep -v '^#' "$list" | while read -r file sum; do
    fetch "$file" "$sum" "$new/package.deb"
    dpkg-deb -x "$new/package.deb" "$new"
    rm "$new/package.deb"
done

# Links of the packages are absolute: as they are, the linker would follow them to the machine's own libraries.
find "$new" -type l -lname '/*' | while read -r link; do
    ln -sfn --relative "$new$(readlink "$link")" "$link"
done

# Newer than any binary linked without this sysroot, so that the build links again.
touch "$new/usr/lib/x86_64-linux-gnu/liblmdb.a"
cp "$list" "$new/"
rm -rf "$directory"
mv "$new" "$directory"
trap - EXIT
chmod 755 "$directory"
