#!/usr/bin/env bash
# Prints the system calls that SystemCallFilter= of hardening.conf allows, as lines of a C table. systemd-analyze(1) knows its
# sets, without a running systemd.
set -euo pipefail
cd "$(dirname "$0")"

members() { systemd-analyze syscall-filter "$1" 2>/dev/null | sed -nE 's/^ +([@a-z_0-9-]+)$/\1/p'; }
expand() { # name...
    local name
    for name in "$@"; do
        case $name in
            @*) expand $(members "$name") ;;
            *) echo "$name" ;;
        esac
    done
}
expand $(sed -n 's/^SystemCallFilter=//p' hardening.conf) @default | sort -u |
    sed 's/.*/#ifdef __NR_&\n    __NR_&,\n#endif/'
