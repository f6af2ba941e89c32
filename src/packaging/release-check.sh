#!/usr/bin/env bash
# Builds the release of the current commit anew, from a clone in another directory whose files have other times, with another
# time zone and umask, and compares with dist/release. The last line is "N passed, N failed".
#   release-check.sh
# Exit status 1: a file differs, or the work tree has changes, which a clone would lack.
set -euo pipefail
cd "$(dirname "$0")/../.."

git diff --quiet HEAD || { echo "release-check: commit the changes of the work tree first" >&2; exit 1; }
temporary=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-another-directory-XXXXXX")
trap 'rm -rf "$temporary"' EXIT
clone=$temporary/of/another/length/clone
git clone -q --shared . "$clone"
# Debian's packages are downloaded once; their checksums are those of the lists.
mkdir "$clone/artifacts"
cp -a artifacts/sysroot artifacts/sysroot-arm64 "$clone/artifacts"
find "$clone" -path "$clone/.git" -prune -o -type f -exec touch -d 2025-03-01 {} +
(umask 077 && cd "$clone" && TZ=Asia/Tokyo make release) >"$temporary/log" 2>&1 || {
    tail -n 30 "$temporary/log"
    exit 1
}

check_output=$temporary/output
. src/packaging/checks.sh
for file in dist/release/*; do
    check "${file##*/} has the same bytes" cmp "$file" "$clone/$file"
done
cat dist/release/SHA256SUMS
print_counts
