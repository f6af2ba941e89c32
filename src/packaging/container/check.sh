#!/usr/bin/env bash
# Tests the layer of the Dockerfile without an engine: in a root directory of Debian (compat/make-root.sh) that bubblewrap starts
# as engines do: read-only, with volumes, the capabilities and a filter of system calls like the default ones, little locked
# memory. Once as root, and once rootless: with the user numbers of a subordinate range; and a third time as a service of systemd
# with hardening.conf would be started. Ends with "N passed, N failed".
#   check.sh VERSION [RELEASE]
# RELEASE is bookworm unless it is given. Needs root, bubblewrap, and about 500 MB of memory.
set -euo pipefail
cd "$(dirname "$0")/../../.."

version=${1:?usage: check.sh VERSION [RELEASE]}
release=${2:-bookworm}
mode=${CONTAINER_MODE:-}

# Each mode in namespaces of its own, whose end removes mounts and processes.
if [ -z "$mode" ]; then
    CONTAINER_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-container-XXXXXX")
    export CONTAINER_ROOT
    trap 'rmdir "$CONTAINER_ROOT"' EXIT
    # In the user namespace the archive has no network and no right to make devices: it is made before.
    CONTAINER_MODE=prepare unshare --mount --pid --fork --kill-child "$0" "$version" "$release"
    mkfifo "$CONTAINER_ROOT.mapped"
    trap 'rm -f "$CONTAINER_ROOT.mapped"; rmdir "$CONTAINER_ROOT"' EXIT
    {
        for mode in root unit; do
            CONTAINER_MODE=$mode unshare --mount --pid --net --fork --kill-child --mount-proc "$0" "$version" "$release" || true
        done
        # The numbers are mapped from outside, once the namespace exists: it opens the pipe from within.
        CONTAINER_MODE=rootless unshare --user --keep-caps sh -c 'read -r _ <"$0"; exec setpriv --reuid 0 --regid 0 --clear-groups "$@"' \
            "$CONTAINER_ROOT.mapped" \
            unshare --mount --pid --net --fork --kill-child --mount-proc "$0" "$version" "$release" &
        exec 7>"$CONTAINER_ROOT.mapped"
        echo 0 100000 65536 >/proc/$!/uid_map
        echo 0 100000 65536 >/proc/$!/gid_map
        echo >&7
        exec 7>&-
        wait $! || true
    } | awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; parts++; next } { print; fflush() }
        END { failed += 3 - parts; print passed + 0 " passed, " failed " failed"; exit failed > 0 }'
    exit
fi

root=$CONTAINER_ROOT
roots=artifacts/roots
if [ "$mode" = prepare ]; then
    . compat/make-root.sh
    prepare_root
    exit
fi

work=$CONTAINER_ROOT
mount -t tmpfs -o mode=755 tmpfs "$work"
check_output=$work/output
. src/packaging/checks.sh
check_prefix="$mode: "

root=$work/image
mkdir "$root" "$work/volumes"
tar -C $root --exclude './dev/*' -xzf "$(ls $roots/"$release"-????????????????.tar.gz)"
ip link set lo up

# The image, as the instructions of the Dockerfile make it.
inside() { env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot $root "$@"; }
mount --rbind /dev $root/dev
mount --rbind /proc $root/proc
mkdir $root/package
cp src/packaging/postfix-under-test.sh $root/package
cp "dist/postfix-tlsmgr-net_${version}_amd64.deb" $root/tmp
inside bash -c '. /package/postfix-under-test.sh && write_configuration && postconf -e maillog_file=/dev/stdout'
check "the layer is made by two instructions" \
    inside sh -c 'dpkg --install /tmp/postfix-tlsmgr-net_*.deb && postfix-tlsmgr-net on'
umount -l $root/dev $root/proc
# As engines do with a new volume.
cp -a $root/var/lib/postfix $work/volumes/data
cp -a $root/var/spool/postfix $work/volumes/spool
clang -O2 -o $work/engine-filter src/packaging/container/engine-filter.c
$work/engine-filter >$work/filter

capabilities=()
for name in CHOWN DAC_OVERRIDE FSETID FOWNER SETGID SETUID NET_BIND_SERVICE SYS_CHROOT KILL; do
    capabilities+=(--cap-add CAP_$name)
done
isolation=(--ro-bind $root / --bind $work/volumes/data /var/lib/postfix --bind $work/volumes/spool /var/spool/postfix
    --tmpfs /tmp --tmpfs /run --dev /dev --unshare-ipc --unshare-uts --new-session --cap-drop ALL "${capabilities[@]}")
start() {
    rm -f $work/information
    mkfifo $work/information
    (ulimit -l 64
        exec bwrap "${isolation[@]}" --proc /proc --unshare-pid --as-pid-1 --die-with-parent --seccomp 9 --info-fd 8 \
            postfix start-fg 8>$work/information 9<$work/filter >>$work/log 2>&1) &
    container=$!
    process=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' $work/information)
}
# ProtectSystem, PrivateDevices, CapabilityBoundingSet by bubblewrap; ProcSubset and ProtectProc by mount options; the rest by
# hardened.c.
if [ "$mode" = unit ]; then
    mkdir "$work/unit" "$work/proc"
    src/packaging/systemd/allowed-calls.sh >"$work/unit/allowed-calls.h"
    clang -O2 -Wall -Wextra -Werror -I"$work/unit" -o $root/package/hardened src/packaging/systemd/hardened.c
    start() {
        unshare --pid --mount-proc --fork --kill-child "$BASH" -c 'mount -t proc -o subset=pid,hidepid=invisible proc "$0" && exec "$@"' \
            "$work/proc" bwrap "${isolation[@]}" --bind "$work/proc" /proc /package/hardened postfix start-fg \
            >>$work/log 2>&1 &
        container=$!
        for _ in $(seq 100); do
            process=$(for one in /proc/[0-9]*; do
                [ "$(readlink "$one/exe")" != /usr/lib/postfix/sbin/master ] || echo "${one#/proc/}"
            done 2>/dev/null) || true
            [ -z "$process" ] || break
            sleep 0.1
        done
    }
fi
enter() { # command...: in the container, as an engine's exec does
    nsenter --target "$process" --mount --pid --ipc --uts --root --wd env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
under_test() { enter bash -c ". /package/postfix-under-test.sh; log=/dev/null; $1"; }
serves() {
    for _ in $(seq 100); do
        ! enter tlsmgrctl ping || return 0
        sleep 0.1
    done
    cat $work/log
    return 1
}
ends() {
    kill -TERM "$process"
    timeout 20 tail --pid="$container" -f /dev/null
}

: >$work/log
start
check "postfix start-fg serves as the first process" serves
[ "$mode" = unit ] || check "the first process is master(8)" enter sh -c 'readlink /proc/1/exe | grep /master'
check "this daemon runs" enter sh -c 'readlink /proc/[0-9]*/exe | grep -x /usr/lib/postfix/sbin/tlsmgr-net'
check "the root is read-only" enter sh -c '! touch /etc/postfix/main.cf /usr/none'
check "the daemon's own filter is in force" sh -c "! grep 'sandbox: cannot' $work/log"
check "a filter from outside is in force beside it" enter sh -c \
    'for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" != /usr/lib/postfix/sbin/tlsmgr-net ] || grep "Seccomp_filters:[[:space:]]*[2-9]" $p/status; done | grep Seccomp'
check "it has no capability" enter sh -c \
    'for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" != /usr/lib/postfix/sbin/tlsmgr-net ] || grep "CapEff:[[:space:]]*0*$" $p/status; done | grep CapEff'
check "sessions are resumed by ticket" under_test resumes
check "sessions are resumed from the cache" under_test "resumes -no_ticket"
check "its records are on standard output" grep -E 'postfix/tlsmgr\[[0-9]+\]: .*version' $work/log
check "none of them is an error" sh -c "! grep -E 'tlsmgr.*(error|fatal|panic):' $work/log"
echo "        warnings of the daemon: $(grep -cE 'postfix/tlsmgr\[[0-9]+\]: warning' $work/log || true)"
grep -E 'postfix/tlsmgr\[[0-9]+\]: warning' $work/log | sed 's/^/        /' || true
check "doctor finds no fault" enter tlsmgrctl doctor
grep -v '^ok ' $check_output | sed 's/^/        /' || true

connection="openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 -no_ticket"
check "a session is stored" sh -c "echo QUIT | timeout 20 $connection -sess_out $work/kept 2>&1 | grep '^New, TLS'"
check "a signal to the first process ends the container" ends
start
check "it serves again with the same volumes" serves
check "the session of before is resumed" sh -c "echo QUIT | timeout 20 $connection -sess_in $work/kept 2>&1 | grep '^Reused, TLS'"
ends || true
print_counts
