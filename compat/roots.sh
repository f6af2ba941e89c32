#!/usr/bin/env bash
# Runs the rig's checks and the wire cases with one binary in one Debian release after the other (root.sh). Ends with a
# line for each release and the total "N passed, N failed"; a part that could not be run counts as failed.
#   roots.sh BINARY [RELEASE...]
# Needs root, debootstrap, and about 400 MB of memory for the root directory. DEBIAN_MIRROR names another mirror. Only
# artifacts remains, also after a failure or Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."

# Lines with counts for each release: one of the rig, one of the wire cases.
counts_expected=2
binary=${1:?usage: roots.sh BINARY [RELEASE...]}
shift
[ $# -gt 0 ] || set -- bullseye bookworm trixie testing
results=artifacts/results
mkdir -p "$results"
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
for release in "$@"; do
    unshare --mount --pid --fork --kill-child compat/root.sh "$release" "$binary" "$directory" </dev/null 2>&1 \
        | tee "$results/$release.txt" &
    job=$(jobs -p %%)
    wait %% || true
    job=
done

sum() { # file... -- passed, failed and how often they were counted
    awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; counts++ }
        END { print passed + 0, failed + 0, counts + 0 }' "$@"
}

all_passed=0
all_failed=0
echo
for release in "$@"; do
    read -r passed failed counts < <(sum "$results/$release.txt")
    failed=$((failed + counts_expected - counts))
    versions=$(grep -m 1 "^$release has " "$results/$release.txt" || echo "$release could not be run")
    echo "$versions: $passed passed, $failed failed"
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
done
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" = 0 ]
