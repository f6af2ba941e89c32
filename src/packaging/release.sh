#!/usr/bin/env bash
# Leaves a release in a directory: packages for Debian and for RPM, archives with install.sh, and bills of materials of both
# architectures, the sources, the section of the changelog, and SHA256SUMS. From the output of make publish for both, and of
# make man. The same commit gives the same bytes.
#   release.sh VERSION [DIRECTORY]
# DIRECTORY is dist/release unless it is given; what it held is removed. Exit status 1: the changelog has no section.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: release.sh VERSION [DIRECTORY]}
target=${2:-dist/release}
. src/packaging/architecture.sh
packaging=src/packaging

rm -rf "$target"
mkdir -p "$target"
pack() ( # architecture
    export ARCH=$1
    $packaging/deb.sh "$version" "$target" >/dev/null
    $packaging/tarball.sh "$version" "$target"
    $packaging/rpm/rpm.sh "$version" "$target"
    $packaging/sbom.sh "$version" >"$target/tlsmgr-$version-linux-$ARCH.spdx.json"
)
# Both at once: most of the time is compression, by one thread each.
jobs=()
for architecture in x64 arm64; do
    pack $architecture &
    jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
git archive --format=tar --prefix="tlsmgr-$version/" HEAD | gzip -9n >"$target/tlsmgr-$version.tar.gz"
# Before a release, its entries are under Unreleased.
for heading in "$version" Unreleased ""; do
    [ -n "$heading" ] || { echo "release.sh: CHANGELOG.md has no section $version" >&2; exit 1; }
    awk -v heading="## [$heading]" 'index($0, "## ") == 1 { inside = index($0, heading) == 1; next } inside' CHANGELOG.md |
        sed -e '/./,$!d' >"$target/CHANGES"
    [ ! -s "$target/CHANGES" ] || break
done
(cd "$target" && find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS)
set_times "$target"
(cd "$target" && ls -l)
