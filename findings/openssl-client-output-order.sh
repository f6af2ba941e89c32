#!/usr/bin/env bash
# OpenSSL 3.0.22-1~deb12u2: when standard output is a pipe or a file, s_client(1) prints what it says itself through a buffer, and what
# the server sends past it. With TLS 1.3 and a ticket that holds a client certificate the dump of the session exceeds the
# buffer, and the server's line appears in the middle of a line of hexadecimal digits: a program that looks for replies at
# the beginning of a line waits for ever. With a small ticket the same line stands alone.
set -euo pipefail
directory=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || :; rm -rf "$directory"' EXIT
cd "$directory"
apt-get download -q openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$directory/root/usr/lib/x86_64-linux-gnu
openssl=$directory/root/usr/bin/openssl
"$openssl" req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null

talk() { # port, options of the server, options of the client
    mkfifo "to$1" "from$1"
    "$openssl" s_server -accept "127.0.0.1:$1" -key key.pem -cert cert.pem -naccept 1 -quiet $2 <"to$1" >/dev/null 2>&1 &
    exec 9>"to$1"
    until ss -Hltn "sport = :$1" | grep -q .; do :; done
    "$openssl" s_client -connect "127.0.0.1:$1" -tls1_3 -ign_eof $3 <"from$1" >"out$1" 2>/dev/null &
    exec 8>"from$1"
    until [ -s "out$1" ]; do :; done
    echo '250 2.0.0 Ok' >&9
    until grep -q '250 2.0.0 Ok' "out$1"; do :; done
    exec 8>&- 9>&-
    kill $(jobs -p)
    wait || true
}
talk 14501 '' ''
talk 14502 '-Verify 1 -CAfile cert.pem' '-key key.pem -cert cert.pem'
for port in 14501 14502; do
    grep '250 2.0.0 Ok' "out$port" | sed -E 's/^.*[^ ]250 2/(something)250 2/'
done | tee seen
printf '250 2.0.0 Ok\n(something)250 2.0.0 Ok\n' > expected
diff seen expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
