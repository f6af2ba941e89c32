#!/usr/bin/env bash
# Runs the rig's checks, a pool and the wire cases with one binary in one Debian release after the other (root.sh), and
# then a pool of hosts with one release each (mixed.sh). Ends with a line for each and the total "N passed, N failed"; a
# part that could not be run counts as failed.
#   roots.sh BINARY [RELEASE...]
# Needs root, debootstrap, clang, and about 400 MB of memory for each root directory of the mixed pool. DEBIAN_MIRROR
# names another mirror. Only artifacts remains, also after a failure or Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."

# Lines with counts: of the rig, the pool and the wire cases for each release, and one of the mixed pool.
counts_of_release=3
counts_of_mixed=1
binary=${1:?usage: roots.sh BINARY [RELEASE...]}
shift
[ $# -gt 0 ] || set -- bullseye bookworm trixie testing
results=artifacts/results
mkdir -p "$results"
clang -shared -fPIC -O1 -Wall -Wextra -Werror -I tests/TlsMgr.Daemon.Tests/Shims \
    -o artifacts/clock.so compat/TlsMgr.Rig/Pool/clock.c
directory=$(mktemp -d "${TMPDIR:-/tmp}/tlsmgr-roots-XXXXXX")
job=

# The first process of the namespaces is killed with its parent (--kill-child), and all others with it.
cleanup() {
    # A second signal does not interrupt the cleanup.
    trap '' INT TERM HUP
    if [ -n "$job" ]; then
        kill -KILL -- "-$job" || true
        wait || true
    fi 2>/dev/null
    rmdir "$directory"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# A background job, so that the shell handles a signal at once and can kill all processes of the job.
set -m
run() { # name command...
    unshare --mount --pid --fork --kill-child "${@:2}" </dev/null 2>&1 | tee "$results/$1.txt" &
    job=$(jobs -p %%)
    wait %% || true
    job=
}

for release in "$@"; do
    run "$release" compat/root.sh "$release" "$binary" "$directory"
done
[ $# = 1 ] || run mixed compat/mixed.sh "$binary" "$directory" "$@"

sum() { # file... -- passed, failed and how often they were counted
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; counts++ }
        END { print passed + 0, failed + 0, counts + 0 }' "$@"
}

all_passed=0
all_failed=0
report() { # name counts-expected
    read -r passed failed counts < <(sum "$results/$1.txt")
    failed=$((failed + $2 - counts))
    versions=$(grep -m 1 "^$1 has " "$results/$1.txt" || echo "$1 could not be run")
    echo "$versions: $passed passed, $failed failed"
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
}

echo
for release in "$@"; do
    report "$release" "$counts_of_release"
done
[ $# = 1 ] || report mixed "$counts_of_mixed"
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" = 0 ]
