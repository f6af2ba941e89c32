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
. /package/checks.sh

# Waits up to a minute until the command succeeds.
eventually() { # command...
    for _ in $(seq 120); do
        ! "$@" || return 0
        sleep 0.5
    done
    return 1
}
process() { # program
    local directory
    for directory in /proc/[0-9]*; do
        case $(readlink "$directory/exe") in
            "$daemons/$1"|"$daemons/$1.real") echo "${directory#/proc/}"; return ;;
        esac
    done
    return 1
}
has_status() { # program pattern
    grep -E "$2" "/proc/$(process "$1")/status" ||
        { grep -E 'Seccomp|Cap|NoNew|VmLck' "/proc/$(process "$1")/status"; return 1; }
}
all_threads_filtered() { # program
    process "$1" && ! grep -L 'Seccomp:[[:space:]]*2' "/proc/$(process "$1")"/task/*/status | grep .
}
in_jail() { [ "$(readlink "/proc/$(process "$1")/root")" = /var/spool/postfix ]; } # program
in_log() { grep -E "$1\[[0-9]+\]: .*$2" $log; } # name pattern
connect() { # s_client option...
    echo QUIT | timeout 60 openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 "$@" 2>&1 | grep -E '^(New|Reused), TLS'
}
is_resumed() { connect "$@" | grep '^Reused'; } # s_client option...

# Puts a script in place of a program that starts it with a library of tests/TlsMgr.Daemon.Tests/Shims.
preload() { # program library
    mv "$daemons/$1" "$daemons/$1.real"
    printf '#!/bin/sh\nLD_PRELOAD=/package/%s.so exec %s.real "$@"\n' "$2" "$daemons/$1" >"$daemons/$1"
    chmod 755 "$daemons/$1"
}
refuses_what_is_forbidden() { # program name
    local before
    before=$(process "$1")
    kill -USR2 "$before"
    eventually in_log "$2" 'is forbidden and was refused' && [ "$(process "$1")" = "$before" ]
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
check "it has the filter of system calls" has_status tlsmgr-net 'Seccomp:[[:space:]]*2'
check "in all of its threads" all_threads_filtered tlsmgr-net
check "it has no capability" has_status tlsmgr-net 'CapEff:[[:space:]]*0+$'
check "its secrets are in locked memory" has_status tlsmgr-net 'VmLck:[[:space:]]*[1-9]'
check "it is in the jail" in_jail tlsmgr-net
check "doctor finds no fault" tlsmgrctl doctor
cat /tmp/check.txt
check "a session is stored, without a ticket" connect -no_ticket -sess_out /tmp/by-cache
check "another one, with a ticket" connect -sess_out /tmp/by-ticket
check "Postfix is stopped" postfix stop
check "Postfix is started again" postfix start
check "the session is resumed from the cache of before" is_resumed -no_ticket -sess_in /tmp/by-cache
check "the session is resumed by the ticket key of before" is_resumed -sess_in /tmp/by-ticket

# Shared sessions: the server is on the same machine, and the caches that are removed stand for those of another host.
redis-server --save "" --daemonize yes --dir /tmp >/tmp/redis.txt
check "a pool is made" tlsmgrctl pool init mx
printf '%s\n' 'tlsmgr_pool_name = mx' 'tlsmgr_pool_caches = smtpd' 'tlspool_server = inet:127.0.0.1:6379' \
    'tlsmgr_pool_lookup_milliseconds = 1000' >>$configuration/tlsmgr.cf
postconf -M 'tlspool/unix=tlspool unix - - y - 1 tlspool'
postfix reload
check "tlspool uses the server" eventually sh -c "tlsmgrctl pool status | grep -E '^server .*up\$'"
check "tlspool has the filter of system calls" has_status tlspool 'Seccomp:[[:space:]]*2'
check "in all of its threads" all_threads_filtered tlspool
check "tlspool has no capability" has_status tlspool 'CapEff:[[:space:]]*0+$'
check "tlspool is in the jail" in_jail tlspool
check "a session is stored" connect -no_ticket -sess_out /tmp/by-server
check "the server has it" eventually sh -c "redis-cli --scan --pattern 'tlspool:*:smtpd:*' | grep -v ':recent$'"
postfix stop 2>/dev/null
rm $data/smtpd_scache.lmdb*
preload tlsmgr-net forbidden
preload tlspool forbidden-network
check "Postfix is started with libraries that try what is forbidden" postfix start
check "the session is resumed from the server" eventually is_resumed -no_ticket -sess_in /tmp/by-server
check "what is forbidden to tlsmgr is refused and logged, and it goes on" refuses_what_is_forbidden tlsmgr-net tlsmgr
check "what is forbidden to tlspool is refused and logged, and it goes on" refuses_what_is_forbidden tlspool tlspool
check "both serve after that" resumes
check "the server is still in use" sh -c "tlsmgrctl pool status | grep -E '^server .*up\$'"
in_log '(tlsmgr|tlspool)' '(warning|error|fatal|panic):' | head -n 20
check "nothing in their logs is an error" sh -c "! grep -E '(tlsmgr|tlspool)\[.*(error|fatal|panic):' $log"
print_counts
echo o >/proc/sysrq-trigger
sleep 60
