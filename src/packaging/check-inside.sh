#!/usr/bin/env bash
# The life of the package on a Postfix that runs; check.sh starts it in a root directory that is there for nothing else.
set -uo pipefail

daemons=/usr/lib/postfix/sbin
configuration=/etc/postfix
data=/var/lib/postfix
log=/var/log/postfix.log
package=postfix-tlsmgr-net
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
        sed 's/^/        /' /tmp/check.txt
    fi
}

prepare_postfix() {
    cp /usr/share/postfix/master.cf.dist $configuration/master.cf
    openssl req -x509 -newkey rsa:2048 -nodes -keyout $configuration/key.pem -out $configuration/cert.pem -days 2 \
        -subj /CN=mail.example.com 2>/dev/null
    cat >$configuration/main.cf <<END
compatibility_level = 3.6
myhostname = mail.example.com
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = $log
max_use = 1
smtpd_tls_security_level = may
smtpd_tls_loglevel = 2
smtpd_tls_chain_files = $configuration/key.pem, $configuration/cert.pem
smtpd_tls_session_cache_database = btree:\${data_directory}/smtpd_scache
smtp_tls_session_cache_database = lmdb:\${data_directory}/smtp_scache
END
    postfix start
}

# Two connections with smtpd(8), each to a process of its own, that of the second resumes: by ticket, and from the cache.
resumes() { # s_client option...
    local connect=(openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 "$@")
    rm -f /tmp/session
    echo QUIT | timeout 20 "${connect[@]}" -sess_out /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^New, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
    echo QUIT | timeout 20 "${connect[@]}" -sess_in /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^Reused, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
}

# Whether the tlsmgr that runs, and no other, is this file as it is now on disk.
runs() { # file
    # An smtpd(8) that offers TLS has its seed.
    resumes >/dev/null
    for process in /proc/[0-9]*; do
        readlink "$process/exe"
    done | grep -E '/tlsmgr' | sort | uniq | tee /tmp/runs.txt
    [ "$(cat /tmp/runs.txt)" = "$1" ]
}

# Whether a daemon that was told to go has gone.
gone() { # file
    for _ in $(seq 100); do
        ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q -- "-> $1" || return 0
        sleep 0.1
    done
    return 1
}

quiet_log() { # line: logcheck reports nothing of what tlsmgr has said since that line
    tail -n "+$1" $log | grep '/tlsmgr\[' >/tmp/log.txt || return 1
    grep -Ev -f /etc/logcheck/ignore.d.server/$package /tmp/log.txt
    [ $? = 1 ]
}

holds_no_file_of_package() {
    for file in "${files[@]}"; do
        [ ! -f "$file" ] || { echo "$file is left"; return 1; }
    done
}

works_with() { # title file
    check "$1: it is the daemon that runs" runs "$2"
    check "$1: sessions are resumed by ticket" resumes
    check "$1: sessions are resumed from the cache" resumes -no_ticket
}

prepare_postfix >/tmp/prepare.txt 2>&1 || { cat /tmp/prepare.txt; exit 1; }
works_with before $daemons/tlsmgr
mkdir /tmp/before
postfix check >/tmp/before/complaints 2>&1
cp $configuration/m*.cf /tmp/before

check "the package is installed" dpkg --install /package/first.deb
mapfile -t files < <(dpkg -L $package)
check "nothing is switched over by that" cmp $configuration/master.cf /tmp/before/master.cf
check "status says so" bash -c "! $package status"
check "the profile is one that AppArmor understands" \
    apparmor_parser -QTK /etc/apparmor.d/usr.lib.postfix.sbin.tlsmgr-net
check "Postfix has nothing new to complain of" bash -c 'postfix check 2>&1 | cmp - /tmp/before/complaints'
works_with installed $daemons/tlsmgr

check "it is switched on" $package on
check "the original has gone" gone $daemons/tlsmgr$
log_line=$(($(wc -l <$log) + 1))
check "it is switched on again" $package on
works_with "switched on" $daemons/tlsmgr-net
check "status says so" $package status
check "doctor finds no fault" tlsmgrctl doctor
cat /tmp/check.txt
check "there is nothing in the log to be told of" quiet_log $log_line
check "there are the caches of both types" ls $data/smtpd_scache.lmdb $data/smtp_scache.lmdb
check "the original's cache is gone" bash -c "! ls $data/smtpd_scache.db"

check "the next version is installed" dpkg --install /package/next.deb
check "the one before has gone" gone "$daemons/tlsmgr-net (deleted)"
works_with upgraded $daemons/tlsmgr-net
check "it is still on" $package status

check "it is switched off" $package off
check "it has gone" gone $daemons/tlsmgr-net
works_with "switched off" $daemons/tlsmgr
check "its own cache is gone" bash -c "! ls $data/smtpd_scache.lmdb"
check "its control socket is gone" bash -c "! ls $data/tlsmgr_control"
postconf -P 'tlsmgr/unix/lmtp_tls_session_cache_database=btree:${config_directory}/lmtp_scache'
check "it is switched on anew" $package on
works_with "on anew" $daemons/tlsmgr-net
check "there is the cache that an option has elsewhere" ls $data/lmtp_scache.lmdb

postmulti -e init
check "another instance is made" postmulti -I postfix-two -e create
check "it is switched on there too" env MAIL_CONFIG=$configuration-two $package on

check "the package is removed" dpkg --remove $package
check "it has gone" gone $daemons/tlsmgr-net
works_with removed $daemons/tlsmgr
check "its own cache is gone" bash -c "! ls $data/smtpd_scache.lmdb"
check "so is the one that an option has elsewhere" bash -c "! ls $data/lmtp_scache.lmdb"
check "its control socket is gone" bash -c "! ls $data/tlsmgr_control"
check "the exchange file is there" ls $data/prng_exch
postconf -PX tlsmgr/unix/lmtp_tls_session_cache_database
check "master.cf means what it meant before" \
    bash -c "[ \"\$(postconf -M | tr -s ' ')\" = \"\$(postconf -c /tmp/before -M | tr -s ' ')\" ]"
check "so does that of the other instance" test "$(postconf -c $configuration-two -F tlsmgr/unix/command)" = \
    "tlsmgr/unix/command = tlsmgr"
check "the package is purged" dpkg --purge $package
check "no file is left" holds_no_file_of_package
postfix stop 2>/dev/null
echo "$passed passed, $failed failed"
[ $failed = 0 ]
