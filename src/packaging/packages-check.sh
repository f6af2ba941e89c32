#!/usr/bin/env bash
# Packs the output of make publish for both architectures and of make man twice, on different days, and compares; checks the
# RPMs, the archives and that no executable holds the directory of the build. The last line is "N passed, N failed".
#   packages-check.sh VERSION
set -uo pipefail
cd "$(dirname "$0")/../.."
version=${1:?usage: packages-check.sh VERSION}

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
check_output=$temporary/output
. src/packaging/checks.sh
check_prints_passed=no

# Another day, time zone, umask, language and directory for temporary files. The times of files stay as they are: what faketime
# does to them depends on the program.
another_day() { # command...
    mkdir -p "$temporary/another"
    (umask 077
        exec env NO_FAKE_STAT=1 TZ=Asia/Tokyo LC_ALL=C.UTF-8 TMPDIR="$temporary/another" faketime -f -300d "$@")
}

check "a release is packed" src/packaging/release.sh "$version" "$temporary/first"
check "it is packed on another day" another_day src/packaging/release.sh "$version" "$temporary/second"
for file in "$temporary"/first/*; do
    check "${file##*/} has the same bytes on both days" cmp "$file" "$temporary/second/${file##*/}"
done
check "SHA256SUMS has every file" test "$(wc -l <"$temporary/first/SHA256SUMS")" = "$(($(ls "$temporary/first" | wc -l) - 1))"
check "SHA256SUMS is right" sh -c "cd '$temporary/first' && sha256sum -c SHA256SUMS"
check "the changelog's section has entries" grep -q '^- ' "$temporary/first/CHANGES"

# Reads the file as an engine's command would: no engine is needed.
compose_services() { docker-compose -f src/packaging/container/compose.yml config --services | sort | xargs; }
check "the compose file is accepted" docker-compose -f src/packaging/container/compose.yml config -q
check "it has two hosts and a server" test "$(compose_services)" = "mx1 mx2 valkey"

for file in dist/tlsmgr* dist/tlspool* dist/arm64/tls*; do
    [ ! -x "$file" ] || check "$file does not hold the directory of the build" sh -c "! grep -qaF '$PWD' '$file'"
done

# When it does, widen the dependencies of both packages, and DaemonStart.cs.
knows_no_newer_openssl() { ! strings -a dist/tlsmgr | grep -x 'libssl\.so\.[4-9]'; }
check "the linked runtime knows no OpenSSL later than 3" knows_no_newer_openssl

for file in "$temporary"/first/*.rpm; do
    src/packaging/rpm/check.sh "$file" >"$temporary/rpm.txt"
    grep '^FAILED' -A 5 "$temporary/rpm.txt"
    read -r counted _ broken _ < <(tail -n 1 "$temporary/rpm.txt")
    passed=$((passed + counted))
    failed=$((failed + ${broken:-1}))
done

# As in an image: an archive that is unpacked puts everything below DESTDIR.
tar -C "$temporary" -xzf "$temporary/first/tlsmgr-$version-linux-x64.tar.gz"
unpacked=$temporary/tlsmgr-$version-linux-x64
check "install.sh installs" env DESTDIR="$temporary/root" DAEMON_DIRECTORY=/usr/libexec/postfix "$unpacked/install.sh"
check "it installs the daemon" test -x "$temporary/root/usr/libexec/postfix/tlsmgr-net"
check "the installed tool runs" "$temporary/root/usr/local/sbin/tlsmgrctl" --version
check "install.sh names Postfix when it is missing" sh -c \
    "env -i PATH=/nowhere DESTDIR='$temporary/none' /bin/sh '$unpacked/install.sh' 2>&1 | grep 'is Postfix installed'"

print_counts
