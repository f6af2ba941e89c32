# A running Postfix with TLS, and clients of it, as functions for the tests of the package and of the pages: both source
# this file inside a root directory and a network namespace of their own.

# shellcheck disable=SC2034
daemons=/usr/lib/postfix/sbin
configuration=/etc/postfix
data=/var/lib/postfix
log=/var/log/mail.log
package=postfix-tlsmgr-net

write_configuration() {
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
}

# Connects twice to smtpd(8), each time to a process of its own; the second connection must resume the session of the
# first, by ticket, or with -no_ticket from the cache.
resumes() { # s_client option...
    local connect=(openssl s_client -connect "127.0.0.1:${port:-25}" -starttls smtp -tls1_2 "$@")
    rm -f /tmp/session
    echo QUIT | timeout 20 "${connect[@]}" -sess_out /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^New, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
    echo QUIT | timeout 20 "${connect[@]}" -sess_in /tmp/session >/tmp/connect.txt 2>&1
    grep -E '^Reused, TLS' /tmp/connect.txt || { cat /tmp/connect.txt; return 1; }
}
