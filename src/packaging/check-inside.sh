#!/usr/bin/env bash
# Installs, uses, upgrades and removes the package on a running Postfix; check.sh starts it in a root directory of its
# own.
set -uo pipefail

. /package/postfix-under-test.sh
. /package/checks.sh

# Another Postfix with TLS on a port of its own. Its name and directories are those of its configuration directory.
make_instance() { # directory port
    local name=${1##*/}
    [ -d "$1" ] || cp -a $configuration "$1"
    mkdir -p "/var/spool/$name" "/var/lib/$name"
    chown postfix: "/var/lib/$name"
    sed -i "s/^smtp  *inet/$2 inet/" "$1/master.cf"
    postconf -c "$1" -e multi_instance_wrapper= multi_instance_directories= master_service_disable= \
        "queue_directory=/var/spool/$name" "data_directory=/var/lib/$name" "maillog_file=/var/log/$name.log" \
        inet_interfaces=127.0.0.1 inet_protocols=ipv4 smtpd_tls_security_level=may smtpd_tls_loglevel=2 max_use=1 \
        smtpd_tls_chain_files="$configuration/key.pem, $configuration/cert.pem" compatibility_level=3.6 \
        'smtpd_tls_session_cache_database=btree:${data_directory}/smtpd_scache'
    postconf -c "$1" -PX tlsmgr/unix/lmtp_tls_session_cache_database
}

command_of() { # configuration directory
    postconf -c "$1" -F tlsmgr/unix/command | awk '{ print $3 }'
}

has_command() { # command, configuration directory...
    local directory
    for directory in "${@:2}"; do
        [ "$(command_of "$directory")" = "$1" ] || { echo "$directory has $(command_of "$directory")"; return 1; }
    done
}

resumes_at() { # port...
    local port
    for port in "$@"; do
        resumes || return 1
    done
}

is_listed() { # configuration directory...
    local directory
    for directory in "$@"; do
        $package instances | grep -x -- "$directory" || { echo "$directory is not listed"; return 1; }
    done
}

# Waits up to 10 seconds until the instance runs.
starts() { # configuration directory
    for _ in $(seq 100); do
        ! postfix -c "$1" status 2>/dev/null || return 0
        sleep 0.1
    done
    cat "/tmp/${1##*/}.txt" "/var/log/${1##*/}.log"
    return 1
}

# What qemu-user cannot do. It has no seccomp(2): the daemon logs that once, and doctor has a note. And it is the program of each
# process: doctor has a fault, and tlsmgrctl-emulated replies to ping --program.
fine='^(ok     |0 faults$'
emulated=no
emulated_record='^$'
foreign_program='still runs /usr/bin/perl'
case $(readlink /proc/$$/exe) in
    */qemu-*)
        emulated=yes
        PATH=/package/emulated:$PATH
        # The stand-in has gone when tlsmgrctl-emulated looks for it.
        foreign_program='no process of master(8) runs '
        fine+='|note   program .* without its sandbox: Function not implemented$| +a container can forbid it; '
        fine+='|fault  program .* still runs /usr/bin/qemu-|  +-> postfix .*reload$|1 fault$'
        emulated_record='sandbox: cannot be set up: Function not implemented'
        echo "emulated: qemu-user has no seccomp(2), and is the program of each process: record, note and fault of that are expected" ;;
esac
fine+=')'

# The programs of all processes. Under qemu-user, a process is qemu, and its first argument is the program.
running_programs() {
    local directory program arguments
    find /proc/[0-9]*/exe -maxdepth 0 -printf '%h %l\n' 2>/dev/null | while read -r directory program; do
        case $program in
            */qemu-*)
                arguments=()
                mapfile -d '' arguments <"$directory/cmdline"
                echo "${arguments[1]:-}" ;;
            *) echo "$program" ;;
        esac
    done 2>/dev/null
}

# Whether the only running tlsmgr is this file, as it is on disk now.
runs() { # file
    # An smtpd(8) that offers TLS has got its seed.
    resumes >/dev/null
    running_programs | grep -E '/tlsmgr' | sort | uniq | tee /tmp/runs.txt
    [ "$(cat /tmp/runs.txt)" = "$1" ]
}

# Waits up to 10 seconds until no process runs this file.
exits() { # file
    for _ in $(seq 100); do
        running_programs | grep -q -- "^$1" || return 0
        sleep 0.1
    done
    return 1
}

# Whether doctor has nothing to report of healthy instances: no fault, and no note either.
all_ok() { # configuration directory...
    local directory
    for directory in "$@"; do
        tlsmgrctl doctor -c "$directory" >/tmp/doctor.txt || [ $emulated = yes ] || return 1
        ! grep -Ev "$fine" /tmp/doctor.txt || return 1
    done
}

# What Postfix's commands print beside the values of parameters.
postfix_output() {
    postconf 2>&1 >/dev/null
    postconf -n 2>&1 >/dev/null
    local verb
    for verb in check reload stop start; do
        postfix "$verb" 2>&1
    done
}

prints_nothing_new() {
    postfix_output | diff /tmp/before/output -
}

# Whether a command fails with this reason.
fails_with() { # text command...
    local output
    ! output=$("${@:2}" 2>&1) || { echo "$output"; return 1; }
    echo "$output"
    grep -qF -- "$1" <<<"$output"
}

# Puts a tlsmgr in place of a program that gives all but this one.
stand_in() { # program, request that fails
    mv "$daemons/$1" /tmp/program
    echo "$2" >/tmp/stand-in
    install -m 755 /package/tlsmgr-stand-in "$daemons/$1"
}

end_stand_in() { mv -f /tmp/program "$daemons/$1"; } # program

# Runs what a line of a file schedules.
run_scheduled() { # pattern file
    sh -c "$(sed -n "s:^$1::p" "$2")"
}

names_sources() { # (name version)...
    while [ $# -gt 0 ]; do
        awk -v name="$1" -v version="$2" '$1 == name && $2 == version { found = 1 } END { exit !found }' /tmp/notices ||
            { echo "no $1 $2"; return 1; }
        shift 2
    done
}

has_metrics() { grep -x "tlsmgr_up{.*} 1" $metrics/tlsmgr.prom; }

quiet_log() { # line: logcheck reports no record of tlsmgr from that line on
    tail -n "+$1" $log | grep '/tlsmgr\[' | grep -v "$emulated_record" >/tmp/log.txt || return 1
    grep -Ev -f /etc/logcheck/ignore.d.server/$package /tmp/log.txt
    [ $? = 1 ]
}

has_no_file() { # file...
    local file
    for file in "$@"; do
        [ ! -f "$file" ] && [ ! -S "$file" ] || { echo "$file remains"; return 1; }
    done
}

works_with() { # title file
    check "$1: this daemon runs" runs "$2"
    check "$1: sessions are resumed by ticket" resumes
    check "$1: sessions are resumed from the cache" resumes -no_ticket
}

{ write_configuration && postfix start; } >/tmp/prepare.txt 2>&1 || { cat /tmp/prepare.txt; exit 1; }
works_with before $daemons/tlsmgr
mkdir /tmp/before
postfix check >/tmp/before/complaints 2>&1
cp $configuration/m*.cf /tmp/before
postfix_output >/tmp/before/output
metrics=/var/lib/prometheus/node-exporter

if [ -f /package/old.deb ]; then
    check "the package of 0.1.0 is installed" dpkg --install /package/old.deb
    check "it is switched on by its command" $package on
    works_with "package of 0.1.0" $daemons/tlsmgr-net
    check "it is upgraded" dpkg --install /package/first.deb
    check "the one of 0.1.0 has exited" exits "$daemons/tlsmgr-net (deleted)"
    works_with "upgraded from 0.1.0" $daemons/tlsmgr-net
    check "it is still on" $package status
    check "it is removed" dpkg --purge $package
    works_with "removed after that" $daemons/tlsmgr
    cp /tmp/before/m*.cf $configuration
fi

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
for request in policy tktkey; do
    stand_in tlsmgr-net $request
    reason="tlsmgr gives no $([ $request = policy ] && echo policy || echo "ticket key")"
    check "a daemon without $request is switched back" fails_with "did not serve: tlsmgrctl: fatal: $reason" $package on
    check "status reports off after that" bash -c "! $package status"
    end_stand_in tlsmgr-net
done
stand_in tlsmgr-net nothing
check "what another program replies is not taken for the daemon" fails_with "$foreign_program" $package on
end_stand_in tlsmgr-net
works_with "switched back again" $daemons/tlsmgr
check "it is switched on" $package on
check "the file of its own parameters is created" cmp $configuration/tlsmgr.cf /usr/share/$package/tlsmgr.cf
echo "smtpd_tls_session_cache_entry_limit = 1000" >>$configuration/tlsmgr.cf
cp $configuration/tlsmgr.cf /tmp/before
check "no command of Postfix prints a line because of it" prints_nothing_new
postconf -e tlsmgr_sandbox=yes
check "in main.cf, an own parameter is warned of" bash -c "! cmp <(postconf 2>&1 >/dev/null) /dev/null"
postconf -X tlsmgr_sandbox
check "Postfix's tlsmgr has exited" exits $daemons/tlsmgr$
log_line=$(($(wc -l <$log) + 1))
check "it is switched on again" $package on
works_with "switched on" $daemons/tlsmgr-net
check "status reports on" $package status
check "its ticket keys have a seal" ls $data/ticket_key_seal
check "every line of doctor is ok" all_ok $configuration
cat /tmp/doctor.txt
check "logcheck reports no line of the log" quiet_log $log_line
check "the caches of both types exist" ls $data/smtpd_scache.lmdb $data/smtp_scache.lmdb
check "the cache of Postfix's tlsmgr is removed" bash -c "! ls $data/smtpd_scache.db"
postconf -e 'tlsmgr_control_socket='
check "it is switched on without a control socket" $package on
check "status is on without a control socket" $package status
postconf -X tlsmgr_control_socket
check "it is switched on with a control socket" $package on

check "the next version is installed" dpkg --install /package/next.deb
check "the previous one has exited" exits "$daemons/tlsmgr-net (deleted)"
check "the administrator's file is left alone" cmp $configuration/tlsmgr.cf /tmp/before/tlsmgr.cf
works_with upgraded $daemons/tlsmgr-net
check "it is still on" $package status
echo "smtpd_tls_session_cache_size_limit = 1x" >>$configuration/tlsmgr.cf
check "a version that does not start with this configuration is installed" dpkg --install /package/next.deb
check "it is switched back" bash -c "! $package status"
works_with "after that upgrade" $daemons/tlsmgr
cp /tmp/before/tlsmgr.cf $configuration
check "it is switched on after a correction" $package on

postconf -F tlsmgr/unix/process_limit=2
postfix reload
check "a daemon that does not start gives no reply" bash -c "! tlsmgrctl ping"
postconf -F tlsmgr/unix/process_limit=1
check "it is switched on while master(8) throttles it" $package on
works_with "after the throttle" $daemons/tlsmgr-net

postconf -F tlsmgr/unix/process_limit=2
postfix reload
check "a dry run knows the throttle" bash -c "$package --dry-run off | grep 'would stop and start Postfix'"
postconf -F tlsmgr/unix/process_limit=1
check "it is switched off while master(8) throttles it" $package off
works_with "off after the throttle" $daemons/tlsmgr
check "it is switched on after that" $package on
cp $configuration/m*.cf /tmp
check "a dry run of off says what it would change" bash -c "$package --dry-run off | grep 'from tlsmgr-net to tlsmgr$'"
check "it changes nothing" cmp $configuration/master.cf /tmp/master.cf
mv $daemons/tlsmgr /tmp/tlsmgr
check "without Postfix's tlsmgr it is not switched off" fails_with "nothing was changed: no file" $package off
mv /tmp/tlsmgr $daemons/tlsmgr
postconf -e smtpd_tls_session_cache_timeout=1x
check "a configuration with which Postfix's tlsmgr does not start is not switched to" \
    fails_with "nothing was changed: Postfix's tlsmgr would not start" $package off
check "it has changed nothing" cmp $configuration/master.cf /tmp/master.cf
cp /tmp/main.cf $configuration
stand_in tlsmgr tktkey
check "when Postfix's tlsmgr does not serve, off is undone" fails_with "went back to tlsmgr-net" $package off
end_stand_in tlsmgr
check "status reports on after that" $package status
works_with "after going back" $daemons/tlsmgr-net
mkdir -p $metrics /etc/systemd/system/timers.target.wants
check "the service of the timer writes metrics" \
    run_scheduled ExecStart= /usr/lib/systemd/system/tlsmgr-metrics.service
check "they say that it is up" has_metrics
rm -f $metrics/*
check "the cron line writes them, too" run_scheduled '\* \* \* \* \* root ' /usr/share/$package/tlsmgr-metrics.cron
check "the cron line's metrics say that it is up" has_metrics
postconf -e tlsmgr_service_name=keeper
sed 's/^tlsmgr /keeper /' $configuration/master.cf >/tmp/keeper.cf && cp /tmp/keeper.cf $configuration/master.cf
rm -f $metrics/*
/usr/lib/$package/tlsmgr-metrics >/tmp/metrics.txt 2>&1
check "a service of another name has metrics" bash -c "ls $metrics/tlsmgr.prom || { cat /tmp/metrics.txt; false; }"
cp /tmp/m*.cf $configuration
postfix reload

check "it is switched off" $package off
/usr/lib/$package/tlsmgr-metrics
check "there are no metrics of an instance that is off" has_no_file $metrics/tlsmgr.prom
check "it has exited" exits $daemons/tlsmgr-net
works_with "switched off" $daemons/tlsmgr
check "every line of doctor is ok with Postfix's own tlsmgr" all_ok $configuration
check "its cache is removed" bash -c "! ls $data/smtpd_scache.lmdb"
check "its control socket and the seal of its ticket keys are removed" has_no_file $data/{tlsmgr_control,ticket_key_seal}
postconf -P 'tlsmgr/unix/lmtp_tls_session_cache_database=btree:${config_directory}/lmtp_scache'
check "it is switched on a third time" $package on
works_with "on a third time" $daemons/tlsmgr-net
check "the cache that an option names exists" ls $data/lmtp_scache.lmdb

mkdir -p /srv
# While multi_instance_directories is empty: Postfix refuses start-fg otherwise.
make_instance /srv/foreground 2506
postconf -c /srv/foreground -e maillog_file=/dev/stdout
postfix -c /srv/foreground start-fg >/tmp/foreground.txt 2>&1 &
check "an instance in the foreground is started" starts /srv/foreground
postmulti -e init
check "another instance is created" postmulti -I postfix-two -e create
make_instance $configuration-two 2502
postmulti -i postfix-two -e enable
check "it is started by postmulti" postmulti -i postfix-two -p start
make_instance $configuration-three 2503
make_instance /srv/alternate 2504
postconf -e alternate_config_directories=/srv/alternate,/srv/gone
check "an instance of alternate_config_directories is started" postfix -c /srv/alternate start
make_instance /srv/elsewhere 2505
check "an instance that no parameter names is started" postfix -c /srv/elsewhere start
make_instance /srv/stopped 2507
instances=($configuration{,-two,-three} /srv/{alternate,elsewhere,foreground,stopped})
running=(25 2502 2504 2505 2506)
check "it is switched on in each" bash -c \
    "for directory in ${instances[*]}; do MAIL_CONFIG=\$directory $package on || exit 1; done"
check "all instances are known" is_listed "${instances[@]}"
check "the command of each is the package's" has_command tlsmgr-net "${instances[@]}"
check "sessions are resumed in each" resumes_at "${running[@]}"
check "every line of doctor is ok in each" all_ok $configuration-two /srv/{alternate,elsewhere,foreground}
mount --bind $configuration-three $configuration-three
mount -o remount,bind,ro $configuration-three
check "while an instance cannot be switched back, the package is not removed" bash -c "! dpkg --remove $package"
check "that instance still has its program" test -x $daemons/tlsmgr-net
umount $configuration-three
check "it is switched on in each again" bash -c \
    "for directory in ${instances[*]}; do MAIL_CONFIG=\$directory $package on || exit 1; done"

ln -s /usr/lib/systemd/system/tlsmgr-metrics.timer /etc/systemd/system/timers.target.wants/
/usr/lib/$package/tlsmgr-metrics
check "each running instance has metrics" bash -c "[ \$(ls $metrics/tlsmgr*.prom | wc -l) = 7 ]"
sources=$(dpkg-deb -f /package/first.deb Static-Built-Using | tr -d '(=,)')
check "the package names the sources that are in the programs" grep -E 'glibc +[0-9].*lmdb +[0-9]' <<<"$sources"
zcat /usr/share/doc/$package/THIRD-PARTY-NOTICES.gz >/tmp/notices
check "the notices name them, too, with their versions" names_sources $sources
check "the notices have the texts of the packages" bash -c \
    "grep -E '^(CommandLineParser|LightningDB) [0-9]' /tmp/notices | wc -l | grep -x 2"
check "the package is removed" dpkg --remove $package
check "no metrics of it remain" bash -c "! ls $metrics/tlsmgr*"
check "it has exited" exits $daemons/tlsmgr-net
works_with removed $daemons/tlsmgr
check "its cache is removed" bash -c "! ls $data/smtpd_scache.lmdb"
check "the cache that an option names is removed" bash -c "! ls $data/lmtp_scache.lmdb"
check "its control socket and the seal of its ticket keys are removed" has_no_file $data/{tlsmgr_control,ticket_key_seal}
check "the exchange file stays" ls $data/prng_exch
postconf -PX tlsmgr/unix/lmtp_tls_session_cache_database
check "master.cf has its previous meaning" \
    bash -c "[ \"\$(postconf -M | tr -s ' ')\" = \"\$(postconf -c /tmp/before -M | tr -s ' ')\" ]"
check "the command of each instance is Postfix's" has_command tlsmgr "${instances[@]}"
check "sessions are resumed in each instance" resumes_at "${running[@]}"
check "the package is purged" dpkg --purge $package
check "no file of the package remains" has_no_file "${files[@]}"
check "no file of own parameters remains" bash -c "! ls ${instances[*]/%//tlsmgr.cf} /var/lib/$package"
check "no link to its timer remains" bash -c "! ls -d /etc/systemd/system/timers.target.wants/tlsmgr-metrics.timer"
for directory in "${instances[@]}"; do
    MAIL_CONFIG=$directory postfix stop 2>/dev/null
done

# What Postfix's tlsmgr kept for the option that is gone.
rm -f $data/lmtp_scache.db
cp /tmp/before/m*.cf $configuration
PATH=/usr/local/sbin:$PATH
postfix start
check "make install installs it" bash -c "cd /package/source && sh -e install"
works_with "after make install" $daemons/tlsmgr-net
check "every line of doctor is ok after make install" all_ok $configuration

# Debian's own main.cf has no maillog_file: the log goes to /dev/log, which is journald's.
postfix stop
rm $configuration/main.cf
cp $configuration/cert.pem /etc/ssl/certs/ssl-cert-snakeoil.pem
install -D -m 640 $configuration/key.pem /etc/ssl/private/ssl-cert-snakeoil.key
debconf-set-selections <<<"postfix postfix/main_mailer_type select Internet Site"
dpkg-reconfigure -f noninteractive postfix
newaliases
mkdir -p /run/systemd/journal
perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die; sleep 300' \
    /run/systemd/journal/dev-log &
journal=$!
ln -sf /run/systemd/journal/dev-log /dev/log
check "Debian's own main.cf is in use" bash -c "postconf -h maillog_file | cmp - <(echo)"
postfix start
check "it is on with Debian's own main.cf" /package/source/src/packaging/postfix-tlsmgr-net status
check "sessions are resumed with it by ticket" resumes
check "every line of doctor is ok with Debian's own main.cf and journald" all_ok $configuration
kill $journal
check "make uninstall switches back" /package/source/src/packaging/switch.sh uninstall
check "the command is Postfix's" has_command tlsmgr $configuration
postfix stop
print_counts
