#!/usr/bin/env bash
# Unpacks Valkey of Debian 13 with the libraries that it needs, its C library among them, and writes a script for each of
# its programs into DIRECTORY. Nothing is installed, and nothing is started. Needs the network once; the directory is made
# whole or not at all. DEBIAN_MIRROR names another mirror.
#   valkey.sh DIRECTORY
set -euo pipefail

directory=${1:?usage: valkey.sh DIRECTORY}
[ ! -x "$directory/valkey-server" ] || exit 0
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-valkey-XXXXXX")
trap 'rm -rf "$work"' EXIT

# apt's own state of a system on which no package is installed.
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/parts" "$work/root"
touch "$work/status"
echo "deb $mirror trixie main" >"$work/sources.list"
apt=(apt-get -q -y -o APT::Sandbox::User=root -o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/parts"
    -o "Dir::State::Lists=$work/lists" -o "Dir::State::Status=$work/status" -o "Dir::Cache=$work"
    -o "Dir::Cache::Archives=$work/archives")
"${apt[@]}" update >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
"${apt[@]}" install --no-install-recommends --download-only valkey-server >"$work/log" 2>&1 ||
    { tail -n 5 "$work/log" >&2; exit 1; }
for package in "$work"/archives/*.deb; do
    dpkg -x "$package" "$work/root"
done
mkdir -p "$(dirname "$directory")"
rm -rf "$directory"
target=$(realpath "$(dirname "$directory")")/$(basename "$directory")
libraries=$target/usr/lib/x86_64-linux-gnu
for program in valkey-server valkey-cli; do
    printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' \
        "$libraries/ld-linux-x86-64.so.2" "$libraries" "$target/usr/bin/$program" >"$work/root/$program"
    chmod 755 "$work/root/$program"
done
mv "$work/root" "$directory"
