#!/usr/bin/env bash
# Executes the commands of pages and compares their output; pages.sh starts it in a root directory of its own. In a page:
#
#     # COMMAND           an indented block that begins with "# " or "$ " holds commands, each with the output below it; a
#     OUTPUT              line that ends with "\" goes on
#     <!-- run: COMMAND -->   a line that is executed and not shown; it must succeed
#
# In the output, "…" stands for any text, and a line "…" for any lines. These match any of their kind: process ids in
# brackets, decimal fractions, numbers of three and more digits, dates and times, 16 and more hexadecimal digits; and blanks
# match blanks. Each page begins with a running Postfix and its own tlsmgr.
#   pages-inside.sh PAGE...
# Leaves PAGE.new, with the output that came in place of the one that was expected, and ends with "N passed, N failed".
set -uo pipefail
cd /pages || exit 1
. ./postfix-under-test.sh

passed=0
failed=0

# Functions for the lines that are not shown.

# A mail system that knows two partners, whose servers it is itself.
begin() {
    stop_postfix
    rm -rf ${data:?}/* $log $configuration-*
    rm -f $configuration/tlsmgr.cf
    cp -a /tmp/configuration/*.cf /tmp/configuration/*.pem $configuration
    postconf -e max_use=100 smtpd_tls_loglevel=0 smtp_tls_security_level=may mydestination=localhost \
        smtp_tls_session_cache_database='btree:${data_directory}/smtp_scache' smtp_host_lookup=native alias_maps= \
        'transport_maps=inline:{partner.example=smtp:[mx.partner.example]:2525,example.org=smtp:[mx.example.org]:2525}'
    postconf -M '2525/inet=2525 inet n - y - - smtpd'
    postconf -P 2525/inet/myhostname=mx.example.org \
        2525/inet/smtpd_recipient_restrictions=check_recipient_access,static:DISCARD
    postfix start
}

# Ends every process of the namespace but this one and the first: postfix stop takes seconds.
stop_postfix() {
    kill -KILL -1
    ! mountpoint -q $data || wait_for "umount $data"
}

# Puts the package in place and switches to it; most pages begin so.
switch_on() {
    dpkg-query -W $package >/dev/null 2>&1 || dpkg --install /root/*.deb && $package on
}

without_package() { dpkg --purge $package; }

# Sends a mail to each domain, and waits until all are delivered.
mail_to() { # domain...
    local domain
    for domain in "$@"; do
        echo hello | sendmail -f user@example.com "someone@$domain"
    done
    wait_for 'postqueue -p | grep -q "queue is empty"'
}

wait_for() { # command; for 20 seconds
    local tenths
    for tenths in $(seq 200); do
        ! eval "$1" || return 0
        sleep 0.1
    done
    return 1
}

export -f switch_on without_package mail_to wait_for resumes
export package configuration data log

execute() { # command
    (cd /root && exec timeout -k 5 90 bash -c "$1") >/tmp/output </dev/null 2>&1
}

# The expected lines as an extended regular expression: each begins with a line feed, and ">" and "<" stand around all.
pattern() {
    sed -E '
        s/\[[0-9]+\]/\x01/g
        s/([0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9]) [0-9]{2}:[0-9]{2}:[0-9]{2}/\x02/g
        s/\b[0-9]+\.[0-9]+\b/\x03/g
        s/\b[0-9a-fA-F]{16,}\b/\x04/g
        s/\b[0-9]{3,}\b/\x06/g
        s/[][\\.*^$(){}?+|]/\\&/g
        s/ +/ +/g
        s/\x01/\\[[0-9]+\\]/g
        s/\x02/([0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9]) [0-9]{2}:[0-9]{2}:[0-9]{2}/g
        s/\x03/[0-9]+\\.[0-9]+/g
        s/\x04/[0-9a-fA-F]{16,}/g
        s/\x06/[0-9]{3,}/g
        s/^…$/\x05/
        s/…/[^\n]*/g' <<<"$1" | sed -z -E 's/\n$//; s/^/>\n/; s/$/</; s/\n\x05/(\n[^\n]*)*/g'
}

report() { # ok, text
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
        echo "ok      $2"
    else
        failed=$((failed + 1))
        echo "FAILED  $2"
    fi
}

# Runs the command that was read with its expected output, and writes both to the new page.
finish_command() {
    [ -n "$command" ] || return 0
    local blanks=${expected##*[!$'\n']} actual text
    text=${expected%"$blanks"}
    # The first line feed behind a text is its own.
    [ -z "$text" ] || blanks=${blanks#$'\n'}
    execute "$command"
    actual=$(sed -E 's/[[:blank:]]+$//' /tmp/output)
    if [[ $'>\n'$actual'<' =~ ^$(pattern "$text")$ ]]; then
        report 0 "$page: $command"
    else
        report 1 "$page: $command"
        diff <(printf '%s\n' "$text") <(printf '%s\n' "$actual") | sed 's/^/        /'
        text=$actual
    fi
    [ -z "$text" ] || sed -E 's/^(.+)/    \1/' <<<"$text" >>"$page.new"
    printf '%s' "$blanks" >>"$page.new"
    command=
    expected=
}

run_page() { # page
    page=$1
    : >"$page.new"
    local line command='' expected='' in_block='' prompt='^    [#$] '
    begin >/tmp/begin.txt 2>&1 || { cat /tmp/begin.txt; false; } || report 1 "$page: Postfix starts"
    while IFS= read -r line; do
        if [[ $line =~ $prompt ]] && { [ -n "$in_block" ] || [ -z "$previous" ]; }; then
            finish_command
            in_block=yes
            command=${line#    [#$] }
            printf '%s\n' "$line" >>"$page.new"
        elif [ -n "$in_block" ] && [[ $line == "    "* ]]; then
            if [[ $command == *\\ ]]; then
                command+=$'\n'$line
                printf '%s\n' "$line" >>"$page.new"
            else
                expected+=${line#    }$'\n'
            fi
        elif [ -n "$in_block" ] && [ -z "$line" ]; then
            expected+=$'\n'
        else
            finish_command
            in_block=
            printf '%s\n' "$line" >>"$page.new"
            if [[ $line =~ ^'<!-- run: '(.*)' -->'$ ]]; then
                execute "${BASH_REMATCH[1]}" || { report 1 "$page: ${BASH_REMATCH[1]}"; cat /tmp/output; }
            fi
        fi
        previous=$line
    done <"$page"
    finish_command
}

# Pages of manuals are not indexed: that takes seconds at each installation.
rm -f /var/lib/man-db/auto-update
printf '127.0.0.1 localhost mail.example.com mx.partner.example mx.example.org\n' >/etc/hosts
mkdir -p /var/spool/postfix/etc
cp /etc/hosts /etc/nsswitch.conf /var/spool/postfix/etc
write_configuration
cp -a $configuration /tmp/configuration
for one in "$@"; do
    previous=
    SECONDS=0
    run_page "$one"
    echo "        $one took $SECONDS s"
done
stop_postfix >/dev/null 2>&1
echo "$passed passed, $failed failed"
[ $failed = 0 ]
