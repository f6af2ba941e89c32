#!/usr/bin/env bash
# Installs the missing ones of the named Debian packages, and prints their names before. Exit status 1: a package is
# missing, and the user is not root.
#   need.sh PACKAGE...
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "make: missing packages, which only root can install: ${missing[*]}" >&2
    exit 1
fi
echo "make: installing ${missing[*]}"
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
