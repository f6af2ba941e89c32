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

passed=0
failed=0
for file in dist/release/*; do
    if cmp "$file" "$clone/$file"; then
        passed=$((passed + 1))
    else
        echo "FAILED  ${file##*/} differs"
        failed=$((failed + 1))
    fi
done
cat dist/release/SHA256SUMS
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
