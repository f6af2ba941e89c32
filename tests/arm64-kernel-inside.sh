#!/bin/bash
# The first process of the machine that arm64-kernel.sh boots: uses the package with a real Postfix on an arm64 kernel, and
# switches the machine off.
set -uo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
# The root has no ip(8): the loopback interface is switched on by the call that ip(8) makes (SIOCSIFFLAGS, IFF_UP).
perl -MSocket -e '$flags = pack("a16 s x22", "lo", 1); socket(S, AF_INET, SOCK_DGRAM, 0) && ioctl(S, 0x8914, $flags) or die "$!"'
. /package/postfix-under-test.sh

passed=0
failed=0
check() { # name command...
    local name=$1
    shift
    if "$@" >/tmp/check.txt 2>&1; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name: $*"
        tail -n 20 /tmp/check.txt | sed 's/^/        /'
    fi
}

process() {
    local directory
    for directory in /proc/[0-9]*; do
        case $(readlink "$directory/exe") in
            */tlsmgr-net|*/tlsmgr-net.real) echo "${directory#/proc/}"; return ;;
        esac
    done
    return 1
}
has_status() { grep -E "$1" "/proc/$(process)/status" || { grep -E 'Seccomp|Cap|NoNew|VmLck' "/proc/$(process)/status"; return 1; }; }
all_threads_filtered() { process && ! grep -L 'Seccomp:[[:space:]]*2' "/proc/$(process)"/task/*/status | grep .; }
in_log() { grep -E "tlsmgr\[[0-9]+\]: .*$1" $log; }
connect() { echo QUIT | timeout 60 openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 "$@" 2>&1 | grep -E '^(New|Reused), TLS'; }
refuses_what_is_forbidden() {
    local before now=
    before=$(process)
    kill -USR2 "$before"
    for _ in $(seq 100); do
        ! in_log 'is forbidden and was refused' || break
        sleep 0.2
    done
    now=$(process)
    in_log 'is forbidden and was refused' && [ "$now" = "$before" ]
}

uname -a
getconf PAGESIZE
echo "seccomp actions: $(cat /proc/sys/kernel/seccomp/actions_avail)"
write_configuration
check "the package is installed" dpkg --install /package/package.deb
check "Postfix is started" postfix start
check "it is switched on" $package on
check "it serves" tlsmgrctl ping
check "sessions are resumed by ticket" resumes
check "sessions are resumed from the cache" resumes -no_ticket
check "it has the filter of system calls" has_status 'Seccomp:[[:space:]]*2'
check "in all of its threads" all_threads_filtered
check "it has no capability" has_status 'CapEff:[[:space:]]*0+$'
check "its secrets are in locked memory" has_status 'VmLck:[[:space:]]*[1-9]'
check "it is in the jail" sh -c "[ \"\$(readlink /proc/$(process)/root)\" = /var/spool/postfix ]"
check "doctor finds no fault" tlsmgrctl doctor
cat /tmp/check.txt
check "a session is stored, without a ticket" connect -no_ticket -sess_out /tmp/by-cache
check "another one, with a ticket" connect -sess_out /tmp/by-ticket
check "Postfix is stopped" postfix stop
check "Postfix is started again" postfix start
check "the session is resumed from the cache of before" sh -c \
    "echo QUIT | timeout 60 openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 -no_ticket -sess_in /tmp/by-cache 2>&1 | grep '^Reused, TLS'"
check "the session is resumed by the ticket key of before" sh -c \
    "echo QUIT | timeout 60 openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 -sess_in /tmp/by-ticket 2>&1 | grep '^Reused, TLS'"
postfix stop 2>/dev/null
mv $daemons/tlsmgr-net $daemons/tlsmgr-net.real
printf '#!/bin/sh\nLD_PRELOAD=/package/forbidden.so exec %s/tlsmgr-net.real "$@"\n' $daemons >$daemons/tlsmgr-net
chmod 755 $daemons/tlsmgr-net
check "it is started with a library that tries what is forbidden" postfix start
check "it serves with that" tlsmgrctl ping
check "what is forbidden is refused and logged, and the daemon goes on" refuses_what_is_forbidden
check "it serves after that" resumes
in_log '(warning|error|fatal|panic):' | head -n 20
check "nothing in its log is an error" sh -c "! grep -E 'tlsmgr.*(error|fatal|panic):' $log"
echo "$passed passed, $failed failed"
echo o >/proc/sysrq-trigger
sleep 60
