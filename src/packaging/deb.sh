#!/usr/bin/env bash
# Builds dist/postfix-tlsmgr-net_VERSION_amd64.deb from the output of make publish and make man in dist.
#   deb.sh VERSION [DIRECTORY]
# With DIRECTORY, the package is written there instead of dist.
set -euo pipefail
cd "$(dirname "$0")"

version=${1:?usage: deb.sh VERSION [DIRECTORY]}
dist=../../dist
target=$(realpath "${2:-$dist}")/postfix-tlsmgr-net_${version}_amd64.deb
# The same input gives the same package.
export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
documents=$stage/usr/share/doc/postfix-tlsmgr-net
manuals=$stage/usr/share/man

compress() { gzip -9n >"$1"; chmod 644 "$1"; }

install -D -m 755 "$dist/tlsmgr" "$stage/usr/lib/postfix/sbin/tlsmgr-net"
install -D -m 755 -t "$stage/usr/sbin" "$dist/tlsmgrctl" postfix-tlsmgr-net
# What the compilers call themselves; Debian's helpers remove it, too.
objcopy --remove-section .comment "$stage/usr/lib/postfix/sbin/tlsmgr-net"
objcopy --remove-section .comment "$stage/usr/sbin/tlsmgrctl"
install -D -m 644 apparmor "$stage/etc/apparmor.d/usr.lib.postfix.sbin.tlsmgr-net"
install -D -m 644 logcheck "$stage/etc/logcheck/ignore.d.server/postfix-tlsmgr-net"
install -D -m 644 tlsmgr.cf "$stage/usr/share/postfix-tlsmgr-net/tlsmgr.cf"
install -D -m 644 completion "$stage/usr/share/bash-completion/completions/tlsmgrctl"
install -D -m 755 monitoring/tlsmgr-metrics "$stage/usr/lib/postfix-tlsmgr-net/tlsmgr-metrics"
install -D -m 644 -t "$stage/usr/lib/systemd/system" monitoring/tlsmgr-metrics.service monitoring/tlsmgr-metrics.timer
install -D -m 644 -t "$stage/usr/share/postfix-tlsmgr-net" monitoring/tlsmgr-metrics.cron monitoring/tlsmgr.rules.yml \
    monitoring/tlsmgr-dashboard.json
install -D -m 644 -t "$documents" copyright README.Debian
install -d "$manuals/man1" "$manuals/man8" "$stage/DEBIAN"
compress "$documents/changelog.gz" < <(sed "s/@VERSION@/$version/" changelog)
third_party=$(./notices.sh copyright)
awk -v text="$third_party" '$0 == "@THIRD_PARTY@" { print text; next } { print }' copyright >"$documents/copyright"
install -D -m 644 lintian-overrides "$stage/usr/share/lintian/overrides/postfix-tlsmgr-net"
compress "$documents/THIRD-PARTY-NOTICES.gz" <"$dist/THIRD-PARTY-NOTICES"
compress "$documents/QUIRKS.md.gz" <../../compat/QUIRKS.md
compress "$manuals/man1/tlsmgrctl.1.gz" <"$dist/man/man1/tlsmgrctl.1"
compress "$manuals/man8/tlsmgr-net.8.gz" <"$dist/man/man8/tlsmgr-net.8"
compress "$manuals/man8/postfix-tlsmgr-net.8.gz" <"$dist/man/man8/postfix-tlsmgr-net.8"

(cd "$stage" && find etc -type f -printf '/%p\n' | sort >DEBIAN/conffiles)
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
size=$(du -sk --apparent-size "$stage" | cut -f 1)
static=$(./notices.sh static-built-using)
sed "s/@VERSION@/$version/; s/@SIZE@/$size/; s/@STATIC@/$static/" control >"$stage/DEBIAN/control"
install -m 755 postinst prerm postrm "$stage/DEBIAN"
dpkg-deb --root-owner-group --build "$stage" "$target"
