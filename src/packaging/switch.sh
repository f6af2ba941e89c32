#!/usr/bin/env bash
# make install and make uninstall: puts the binary beside the distribution's programs, under a name of its own, and switches
# Postfix over to it, as the command of the package does. Doing the same twice does no harm. MAIL_CONFIG names another
# Postfix instance than the default one.
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
        # A new file under the old name: the running daemon keeps its own until a reload.
        install -m 755 "$2" "$target.new"
        mv -f "$target.new" "$target"
        "$switch" on
        echo "installed $target" ;;
    uninstall)
        "$switch" off
        rm -f "$target"
        echo "removed $target" ;;
    *) fail "usage: switch.sh install BINARY | uninstall" ;;
esac
