#!/usr/bin/env bash
# Unpacks Debian's Exim, which cannot be installed beside Postfix, and the libraries that this machine lacks. Needs the
# network once; the directory is made whole or not at all.
#   exim.sh DIRECTORY
set -euo pipefail

directory=${1:?usage: exim.sh DIRECTORY}
[ ! -x "$directory/usr/sbin/exim4" ] || exit 0
work=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-exim-XXXXXX")
trap 'rm -rf "$work"' EXIT
mapfile -t libraries < <(apt-cache depends exim4-daemon-light | sed -nE 's/^ *Depends: (lib[a-z0-9.+-]+)$/\1/p')
missing=()
for library in "${libraries[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$library" 2>/dev/null)" = "ii " ] || missing+=("$library")
done
(cd "$work" && apt-get download -q -o APT::Sandbox::User=root exim4-daemon-light "${missing[@]}")
for package in "$work"/*.deb; do
    dpkg -x "$package" "$work/root"
done
mkdir -p "$(dirname "$directory")"
rm -rf "$directory"
mv "$work/root" "$directory"
