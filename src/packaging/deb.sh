#!/usr/bin/env bash
# Builds dist/postfix-tlsmgr-net_VERSION_amd64.deb from the output of make publish and make man in dist, or for ARCH=arm64
# postfix-tlsmgr-net_VERSION_arm64.deb from that in dist/arm64.
#   deb.sh VERSION [DIRECTORY]
# With DIRECTORY, the package is written there instead of dist. The same input gives the same package.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: deb.sh VERSION [DIRECTORY]}
target=$(realpath "${2:-dist}")
. src/packaging/architecture.sh
target=$target/postfix-tlsmgr-net_${version}_$debian_architecture.deb
dist=$PWD/$dist
man=$PWD/dist/man
cd src/packaging

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
documents=$stage/usr/share/doc/postfix-tlsmgr-net
manuals=$stage/usr/share/man

compress() { gzip -9n >"$1"; chmod 644 "$1"; }

# A tool of the administrator ends with ctl; everything else is started by master(8), ours under a name of its own.
for program in $(executables); do
    case $program in
        tlsmgr) place=usr/lib/postfix/sbin/tlsmgr-net ;;
        *ctl) place=usr/sbin/$program ;;
        *) place=usr/lib/postfix/sbin/$program ;;
    esac
    install -D -m 755 "$dist/$program" "$stage/$place"
    # What the compilers call themselves; Debian's helpers remove it, too.
    "$objcopy" --remove-section .comment "$stage/$place"
done
install -D -m 755 -t "$stage/usr/sbin" postfix-tlsmgr-net
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
for page in "$man"/man*/*; do
    compress "$manuals/${page#"$man"/}.gz" <"$page"
done

(cd "$stage" && find etc -type f -printf '/%p\n' | sort >DEBIAN/conffiles)
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
# As Debian's policy counts: files in KiB, rounded up, and one for everything else. A file system counts in its own blocks.
size=$(find "$stage" -mindepth 1 -path "$stage/DEBIAN" -prune -o -printf '%y %s\n' |
    awk '{ total += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print total }')
static=$(./notices.sh static-built-using)
sed "s/@VERSION@/$version/; s/@SIZE@/$size/; s/@STATIC@/$static/
    s/@ARCHITECTURE@/$debian_architecture/" control >"$stage/DEBIAN/control"
install -m 755 postinst prerm postrm "$stage/DEBIAN"
set_times "$stage"
# The number of processors decides how xz divides its input.
dpkg-deb --root-owner-group --threads-max=1 --build "$stage" "$target"
