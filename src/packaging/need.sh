#!/usr/bin/env bash
# Installs those of Debian's packages that are missing, and names them first. Exit status 1: one is missing, and only root
# can install it.
#   need.sh PACKAGE...
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "make: these packages are missing, and only root can install them: ${missing[*]}" >&2
    exit 1
fi
echo "make: installing ${missing[*]}"
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
