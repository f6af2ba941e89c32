#!/usr/bin/env bash
# Switches a Postfix over to this tlsmgr, and back: the binary goes beside the distribution's programs under a name of its
# own, and master.cf's tlsmgr entry gets that name as its command. No file of the distribution is changed but master.cf, by
# postconf(1). Doing the same twice does no harm. MAIL_CONFIG names another Postfix instance than the default one.
#   switch.sh install BINARY
#   switch.sh uninstall
set -euo pipefail

name=tlsmgr-net
original=tlsmgr

fail() { echo "switch.sh: $*" >&2; exit 1; }

set_command() { # command
    local entry
    entry=$(postconf -M tlsmgr/unix)
    [ -n "$entry" ] || fail "master.cf has no entry tlsmgr/unix: $(postconf -h config_directory)/master.cf"
    # The eighth field is the command; what follows are its options, which stay.
    postconf -M "tlsmgr/unix=$(echo "$entry" | sed -E "1s/^((\S+\s+){7})\S+/\1$1/")"
}

reload_if_running() {
    if postfix status >/dev/null 2>&1; then
        postfix reload
    else
        echo "Postfix is not running; the change counts from its next start"
    fi
}

command -v postconf >/dev/null || fail "no postconf: is Postfix installed?"
target=$(postconf -xh daemon_directory)/$name
case ${1:-} in
    install)
        [ -x "${2:-}" ] || fail "no binary ${2:-} -- run make publish first"
        [ -w "$(dirname "$target")" ] || fail "cannot write to $(dirname "$target"): run as root"
        # A new file under the old name: the running daemon keeps its own.
        install -m 755 "$2" "$target.new"
        mv -f "$target.new" "$target"
        set_command "$name"
        echo "installed $target"
        reload_if_running ;;
    uninstall)
        set_command "$original"
        reload_if_running
        rm -f "$target"
        echo "removed $target; the cache files *.lmdb in $(postconf -xh data_directory) may be removed too" ;;
    *) fail "usage: switch.sh install BINARY | uninstall" ;;
esac
