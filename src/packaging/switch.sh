#!/usr/bin/env bash
# For make install and make uninstall: installs the binary as tlsmgr-net beside Postfix's programs and switches Postfix
# over to it with the package's command. Repeating a command is harmless. MAIL_CONFIG selects another Postfix instance
# than the default one; uninstall switches all of them back, since it removes the program of all.
#   switch.sh install BINARY
#   switch.sh uninstall
set -euo pipefail

switch=$(dirname "$0")/postfix-tlsmgr-net

fail() { echo "switch.sh: $*" >&2; exit 1; }

command -v postconf >/dev/null || fail "no postconf: is Postfix installed?"
target=$(postconf -xh daemon_directory)/tlsmgr-net
case ${1:-} in
    install)
        [ -x "${2:-}" ] || fail "no binary ${2:-} -- run make publish first"
        [ -w "$(dirname "$target")" ] || fail "cannot write to $(dirname "$target"): run as root"
        # Replaced by rename: the running daemon keeps the old file until a reload.
        install -m 755 "$2" "$target.new"
        mv -f "$target.new" "$target"
        "$switch" on
        echo "installed $target" ;;
    uninstall)
        "$switch" off-everywhere
        rm -rf "$target" "${STATE_DIRECTORY:-/var/lib/postfix-tlsmgr-net}"
        echo "removed $target" ;;
    *) fail "usage: switch.sh install BINARY | uninstall" ;;
esac
