#!/usr/bin/env bash
# Fills DIRECTORY with the files of Debian 11 that the linker needs, so that the binary starts with glibc 2.31 or later.
# A DIRECTORY that matches LIST is left as it is. Installs nothing on the machine.
#   sysroot.sh DIRECTORY [LIST]
# LIST is sysroot.list, for amd64, unless it is given. DEBIAN_MIRROR names another mirror. Exit status 1: a download failed,
# and DIRECTORY is unchanged.
set -euo pipefail

directory=${1:?usage: sysroot.sh DIRECTORY [LIST]}
list=${2:-$(dirname "$0")/sysroot.list}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
# Debian's archive of releases that the mirrors have dropped.
archive=http://archive.debian.org/debian

fetch() { # file sha256 target
    local site
    for site in "$mirror" "$archive"; do
        # apt's own client: present on every Debian, uses apt's proxy, and verifies the checksum.
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

# Made relative: the linker would follow the absolute links of the packages to the machine's own libraries.
find "$new" -type l -lname '/*' | while read -r link; do
    ln -sfn --relative "$new$(readlink "$link")" "$link"
done

# Newer than any binary linked without this sysroot, so that the build links again.
find "$new" -name liblmdb.a -exec touch {} +
cp "$list" "$new/sysroot.list"
rm -rf "$directory"
mv "$new" "$directory"
trap - EXIT
chmod 755 "$directory"
