#!/usr/bin/env bash
# Packs the executables of make publish with manual pages, notices and install.sh, for systems without a package.
#   tarball.sh VERSION DIRECTORY
# The archive is DIRECTORY/tlsmgr-VERSION-linux-x64.tar.gz, or for ARCH=arm64 tlsmgr-VERSION-linux-arm64.tar.gz.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: tarball.sh VERSION DIRECTORY}
target=$(realpath "${2:?usage: tarball.sh VERSION DIRECTORY}")
. src/packaging/architecture.sh

name=tlsmgr-$version-linux-${ARCH:-x64}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
stage=$temporary/$name
packaging=src/packaging
documents=$stage/share/doc/postfix-tlsmgr-net

# A tool of the administrator ends with ctl; everything else is started by master(8), ours under a name of its own.
for program in $(executables); do
    case $program in
        tlsmgr) install -D "$dist/$program" "$stage/libexec/tlsmgr-net" ;;
        *ctl) install -D "$dist/$program" "$stage/sbin/$program" ;;
        *) install -D "$dist/$program" "$stage/libexec/$program" ;;
    esac
done
install -t "$stage/sbin" $packaging/postfix-tlsmgr-net
install -t "$stage" $packaging/install.sh
install -D -m 644 $packaging/tlsmgr.cf "$stage/share/postfix-tlsmgr-net/tlsmgr.cf"
install -m 644 -t "$stage/share/postfix-tlsmgr-net" $packaging/monitoring/tlsmgr{-metrics,.rules.yml,-dashboard.json}
install -D -m 644 $packaging/completion "$stage/share/bash-completion/completions/tlsmgrctl"
(cd dist/man && find . -type f) | while read -r page; do
    install -D -m 644 "dist/man/$page" "$stage/share/man/$page"
done
install -D -m 644 -t "$documents" LICENSE CHANGELOG.md compat/QUIRKS.md "$dist/THIRD-PARTY-NOTICES"
$packaging/sbom.sh "$version" >"$documents/sbom.spdx.json"
archive "$stage" "$target/$name.tar.gz"
