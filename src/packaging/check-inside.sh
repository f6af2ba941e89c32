#!/usr/bin/env bash
# Installs, uses, upgrades and removes the package on a running Postfix; check.sh starts it in a root directory of its
# own.
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

# Connects twice to smtpd(8), each time to a process of its own; the second connection must resume the session of the
# first, by ticket, or with -no_ticket from the cache.
resumes() { # s_client option...
    local connect=(openssl s_client -connect 127.0.0.1:25 -starttls smtp -tls1_2 "$@")
    rm -f /tmp/session
    echo QUIT | timeout 20 "${connect[@]}" -sess_out /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^New, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
    echo QUIT | timeout 20 "${connect[@]}" -sess_in /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^Reused, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
}

# Whether the only running tlsmgr is this file, as it is on disk now.
runs() { # file
    # An smtpd(8) that offers TLS has got its seed.
    resumes >/dev/null
    for process in /proc/[0-9]*; do
        readlink "$process/exe"
    done | grep -E '/tlsmgr' | sort | uniq | tee /tmp/runs.txt
    [ "$(cat /tmp/runs.txt)" = "$1" ]
}

# Waits up to 10 seconds until no process runs this file.
exits() { # file
    for _ in $(seq 100); do
        ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q -- "-> $1" || return 0
        sleep 0.1
    done
    return 1
}

quiet_log() { # line: logcheck reports no record of tlsmgr from that line on
    tail -n "+$1" $log | grep '/tlsmgr\[' >/tmp/log.txt || return 1
    grep -Ev -f /etc/logcheck/ignore.d.server/$package /tmp/log.txt
    [ $? = 1 ]
}

has_no_file_of_package() {
    for file in "${files[@]}"; do
        [ ! -f "$file" ] || { echo "$file remains"; return 1; }
    done
}

works_with() { # title file
    check "$1: this daemon runs" runs "$2"
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
check "the installation switches nothing over" cmp $configuration/master.cf /tmp/before/master.cf
check "status reports off" bash -c "! $package status"
check "AppArmor accepts the profile" \
    apparmor_parser -QTK /etc/apparmor.d/usr.lib.postfix.sbin.tlsmgr-net
check "postfix check has no new warning" bash -c 'postfix check 2>&1 | cmp - /tmp/before/complaints'
works_with installed $daemons/tlsmgr

check "a dry run says what it would change" bash -c "$package --dry-run on | grep 'would set the command of tlsmgr'"
check "a dry run changes nothing" cmp $configuration/master.cf /tmp/before/master.cf
postconf -e smtpd_tls_session_cache_timeout=1x
check "a configuration with a fault is not switched to" bash -c "! $package on"
check "it has changed nothing" cmp $configuration/master.cf /tmp/before/master.cf
cp /tmp/before/main.cf $configuration/main.cf
mv $daemons/tlsmgr-net /tmp/tlsmgr-net
printf '#!/bin/sh\nexit 1\n' >$daemons/tlsmgr-net
chmod 755 $daemons/tlsmgr-net
check "a daemon that does not serve is switched back" bash -c "! $package on"
check "status reports off after that" bash -c "! $package status"
works_with "switched back" $daemons/tlsmgr
mv /tmp/tlsmgr-net $daemons/tlsmgr-net
check "it is switched on" $package on
check "the file of its own parameters is created" cmp $configuration/tlsmgr.cf /usr/share/$package/tlsmgr.cf
echo "smtpd_tls_session_cache_entry_limit = 1000" >>$configuration/tlsmgr.cf
cp $configuration/tlsmgr.cf /tmp/before
check "no command of Postfix warns of own parameters" bash -c 'postconf -n 2>&1 >/dev/null | (! grep tls)'
check "Postfix's tlsmgr has exited" exits $daemons/tlsmgr$
log_line=$(($(wc -l <$log) + 1))
check "it is switched on again" $package on
works_with "switched on" $daemons/tlsmgr-net
check "status reports on" $package status
check "doctor finds no fault" tlsmgrctl doctor
cat /tmp/check.txt
check "logcheck reports no line of the log" quiet_log $log_line
check "the caches of both types exist" ls $data/smtpd_scache.lmdb $data/smtp_scache.lmdb
check "the cache of Postfix's tlsmgr is removed" bash -c "! ls $data/smtpd_scache.db"

check "the next version is installed" dpkg --install /package/next.deb
check "the previous one has exited" exits "$daemons/tlsmgr-net (deleted)"
check "the administrator's file is left alone" cmp $configuration/tlsmgr.cf /tmp/before/tlsmgr.cf
works_with upgraded $daemons/tlsmgr-net
check "it is still on" $package status

check "it is switched off" $package off
check "it has exited" exits $daemons/tlsmgr-net
works_with "switched off" $daemons/tlsmgr
check "its cache is removed" bash -c "! ls $data/smtpd_scache.lmdb"
check "its control socket is removed" bash -c "! ls $data/tlsmgr_control"
postconf -P 'tlsmgr/unix/lmtp_tls_session_cache_database=btree:${config_directory}/lmtp_scache'
check "it is switched on a third time" $package on
works_with "on a third time" $daemons/tlsmgr-net
check "the cache that an option names exists" ls $data/lmtp_scache.lmdb

postmulti -e init
check "another instance is created" postmulti -I postfix-two -e create
check "it is switched on there too" env MAIL_CONFIG=$configuration-two $package on
cp -a $configuration-two $configuration-three
postconf -c $configuration-three -e multi_instance_name=
check "an instance that postmulti does not know is one" bash -c "$package instances | grep -x $configuration-three"

check "the package is removed" dpkg --remove $package
check "it has exited" exits $daemons/tlsmgr-net
works_with removed $daemons/tlsmgr
check "its cache is removed" bash -c "! ls $data/smtpd_scache.lmdb"
check "the cache that an option names is removed" bash -c "! ls $data/lmtp_scache.lmdb"
check "its control socket is removed" bash -c "! ls $data/tlsmgr_control"
check "the exchange file stays" ls $data/prng_exch
postconf -PX tlsmgr/unix/lmtp_tls_session_cache_database
check "master.cf has its previous meaning" \
    bash -c "[ \"\$(postconf -M | tr -s ' ')\" = \"\$(postconf -c /tmp/before -M | tr -s ' ')\" ]"
check "master.cf of the other instance has its previous command" test "$(postconf -c $configuration-two -F tlsmgr/unix/command)" = \
    "tlsmgr/unix/command = tlsmgr"
check "master.cf of the unknown instance has its previous command" test "$(postconf -c $configuration-three -F tlsmgr/unix/command)" = \
    "tlsmgr/unix/command = tlsmgr"
check "the package is purged" dpkg --purge $package
check "no file of the package remains" has_no_file_of_package
check "no file of own parameters remains" bash -c "! ls $configuration/tlsmgr.cf $configuration-two/tlsmgr.cf"
postfix stop 2>/dev/null
echo "$passed passed, $failed failed"
[ $failed = 0 ]
