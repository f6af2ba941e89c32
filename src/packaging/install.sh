#!/bin/sh
# Installs TlsMgr from an unpacked archive beside Postfix's tlsmgr(8). It changes nothing in Postfix: "postfix-tlsmgr-net on" does.
#   install.sh
# PREFIX (/usr/local) is where all but the daemons go; DAEMON_DIRECTORY is Postfix's (postconf -h daemon_directory) unless it is
# given; DESTDIR is put before both, for packages. Exit status 1: a file cannot be written, or Postfix is not found.
set -eu
cd "$(dirname "$0")"

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
if [ -z "${DAEMON_DIRECTORY:-}" ]; then
    DAEMON_DIRECTORY=$(postconf -xh daemon_directory) || {
        echo "install.sh: no postconf: is Postfix installed? DAEMON_DIRECTORY names where its daemons are" >&2
        exit 1
    }
fi

# Replaced by rename: a running program keeps the old file.
put() { # mode file target
    mkdir -p "$(dirname "$root$3")"
    install -m "$1" "$2" "$root$3.new"
    mv -f "$root$3.new" "$root$3"
}

for file in libexec/*; do put 755 "$file" "$DAEMON_DIRECTORY/${file##*/}"; done
for file in sbin/*; do put 755 "$file" "$prefix/sbin/${file##*/}"; done
find share -type f | while read -r file; do put 644 "$file" "$prefix/$file"; done
# Where postfix-tlsmgr-net looks for it.
put 644 share/postfix-tlsmgr-net/tlsmgr.cf /usr/share/postfix-tlsmgr-net/tlsmgr.cf
