#!/usr/bin/env bash
# Runs the named suites and ends with the total "N passed, N failed"; fails when a test failed, when a suite printed no
# counts, or when it ran no test. suites.sh only CLASS runs one class of tests.
#   unit     tests/TlsMgr.Tests: each namespace by itself
#   control-unit  tests/TlsMgr.Control.Tests: the same for tlsmgrctl
#   replay   tests/TlsMgr.Daemon.Tests: recorded sessions and other tests of the published binary, without root
#   tlspool  tests/TlsMgr.Pool.Tests: tlspool, with servers that the tests start; as root in an empty chroot
#   arm64    recorded sessions, wire cases and requests to tlspool with the executables of make publish ARCH=arm64 under qemu, and the compilers'
#            values of the kernel's interface
#   packages what make release leaves, packed twice on different days and compared; contents and scriptlets of the RPMs (after
#            make deb and make publish ARCH=arm64)
#   jail     the same project's tests that need root: the binary unprivileged in an empty chroot
#   monitor  the same project's tests that need Debian's Prometheus and node_exporter, and tlsmgrctl top in a terminal; at every
#            width with MONITOR=full in the environment
#   start-walk  every system call of the start refused, with START_WALK=full in the environment; some of them otherwise
#   faults   the tests that inject faults; in full with FAULTS=full in the environment, otherwise in the short form
#   compat   compat/: a real Postfix with the published binary as its tlsmgr (root)
#   trust    the same Postfix with another configuration after each reload; in full with make trust (root)
#   doctor   an installation is broken and mended with what tlsmgrctl doctor prints; in full with make doctor-check (root)
#   pool     hosts that share ticket keys, in network namespaces; in full with make pool-check (root)
#   sharing  hosts that share sessions through a real Redis, with faults under load; in full with make sharing-check (root)
#   side-by-side  every case with the distribution's tlsmgr and ours (root)
#   pages    the commands of docs/tasks, compared with the output that the pages show (root; after make deb)
#   fuzz     6,000 random conversations with both (root)
set -uo pipefail
cd "$(dirname "$0")/.."
results=$PWD/artifacts/results
# Signals that this shell ignores, as under nohup or in the background, would be ignored by all that the tests start.
default_signals=(env --default-signal=HUP,INT,QUIT,PIPE)
mkdir -p "$results"
passed=0
failed=0
: > "$results/failed.txt"

# The memory and the threads that one test measures are those of the emulator.
arm64_filter="FullyQualifiedName~.SessionReplayTests.|FullyQualifiedName~.WireReplayTests.|FullyQualifiedName~.StatisticsTests."
arm64_filter="Needs!=root&($arm64_filter)"
# The groups and capabilities of some threads are those of the emulator's own.
arm64_jail_filter="FullyQualifiedName~.JailTests.|FullyQualifiedName~.PrivilegeTests.|FullyQualifiedName~.GenerationTests."
arm64_jail_filter="Needs=root&($arm64_jail_filter|FullyQualifiedName~.SessionReplayTests.)"
arm64_jail_filter="$arm64_jail_filter&FullyQualifiedName!~of_every_thread&FullyQualifiedName!~No_thread"
arm64_pool_filter="FullyQualifiedName~.ServiceTests.|FullyQualifiedName~.ProcessTests.|FullyQualifiedName~Certificates_are_checked"
arm64_pool_filter="FullyQualifiedName!~leave_memory&($arm64_pool_filter)"

count() { # name passed failed
    if [ -z "$2" ] || [ "$2" = 0 ]; then
        echo "$1: no test passed or none was counted"
        failed=$((failed + 1))
    fi
    echo "$1: ${2:-0} passed, ${3:-0} failed"
    passed=$((passed + ${2:-0}))
    failed=$((failed + ${3:-0}))
}

attribute() { # file name
    grep -o '<Counters [^>]*' "$1" 2>/dev/null | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' | head -n 1
}

show_progress() { # name; one line for every 50 tests that passed
    awk -v suite="$1" '/^ +Passed .*\[[^]]*\]$/ { if (++n % 50 == 0) { print suite ": " n " passed so far"; fflush() } next }
        { print; fflush() }'
}

dotnet_suite() { # name project filter
    rm -f "$results/$1.trx"
    "${default_signals[@]}" dotnet test "$2" --no-build --nologo --filter "$3" --results-directory "$results" \
        --logger "trx;LogFileName=$1.trx" \
        --logger "console;verbosity=normal" --blame-hang-timeout "${HANG_TIMEOUT:-10m}" \
        | show_progress "$1" | tee "$results/$1.txt"
    # A line "  Failed NAME [duration]" and the expectation below it: both are repeated in the last lines of the output.
    grep -A 12 -E '^ +Failed [^ ].*\[' "$results/$1.txt" >> "$results/failed.txt"
    count "$1" "$(attribute "$results/$1.trx" passed)" "$(attribute "$results/$1.trx" failed)"
}

# qemu has no seccomp(2).
emulated() { # command...; with the executables for arm64
    TLSMGR_BINARY=$PWD/artifacts/qemu/tlsmgr TLSMGRCTL_BINARY=$PWD/artifacts/qemu/tlsmgrctl \
        TLSPOOL_BINARY=$PWD/artifacts/qemu/tlspool TLSMGR_MAIN_CF="tlsmgr_sandbox = no" "$@"
}

counting_suite() { # name project arguments
    counting_command "$1" dotnet run --project "$2" -c Release -- "${@:3}"
}

counting_command() { # name command...; its last line is "N passed, N failed"
    "${default_signals[@]}" "${@:2}" | tee "$results/$1.txt"
    grep -E '^FAILED' "$results/$1.txt" >> "$results/failed.txt"
    last=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$results/$1.txt" | tail -n 1)
    count "$1" "$(echo "$last" | sed -nE 's/^([0-9]+) passed.*/\1/p')" \
        "$(echo "$last" | sed -nE 's/.* ([0-9]+) failed$/\1/p')"
}

# One class by its name, in any project; without root, tests that need root are left out.
if [ "${1:-}" = only ]; then
    filter="FullyQualifiedName~.${2:?usage: suites.sh only CLASS}."
    [ "$(id -u)" = 0 ] || filter="$filter&Needs!=root"
    for project in tests/*.Tests; do
        name=$(basename "$project")
        grep -rqE "class $2\b" "$project" --include=*.cs || continue
        dotnet_suite "$name" "$project" "$filter"
    done
    [ "$passed" != 0 ] || echo "suites.sh: no test of a class $2 ran"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
    exit
fi

for suite in "$@"; do
    case $suite in
        unit) dotnet_suite unit tests/TlsMgr.Tests "FullyQualifiedName~." ;;
        control-unit) dotnet_suite control-unit tests/TlsMgr.Control.Tests "FullyQualifiedName~." ;;
        replay) dotnet_suite replay tests/TlsMgr.Daemon.Tests "Needs!=root&Needs!=monitoring" ;;
        tlspool) dotnet_suite tlspool tests/TlsMgr.Pool.Tests "FullyQualifiedName~." ;;
        arm64)
            counting_command arm64-interface tests/arm64.sh
            emulated dotnet_suite arm64 tests/TlsMgr.Daemon.Tests "$arm64_filter"
            emulated dotnet_suite arm64-tlspool tests/TlsMgr.Pool.Tests "$arm64_pool_filter" ;;
        arm64-jail) emulated dotnet_suite arm64-jail tests/TlsMgr.Daemon.Tests "$arm64_jail_filter" ;;
        packages) counting_command packages src/packaging/packages-check.sh "$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)" ;;
        monitor) dotnet_suite monitor tests/TlsMgr.Daemon.Tests "FullyQualifiedName~.Monitoring." ;;
        jail) dotnet_suite jail tests/TlsMgr.Daemon.Tests "Needs=root" ;;
        start-walk) dotnet_suite start-walk tests/TlsMgr.Daemon.Tests "FullyQualifiedName~.StartWalk" ;;
        faults) dotnet_suite faults tests/TlsMgr.Daemon.Tests "FullyQualifiedName~.Faults." ;;
        compat) counting_suite compat compat/TlsMgr.Rig check --tlsmgr dist/tlsmgr ;;
        trust) counting_suite trust compat/TlsMgr.Rig trust --tlsmgr dist/tlsmgr --brief ;;
        doctor) counting_suite doctor compat/TlsMgr.Rig doctor --tlsmgr dist/tlsmgr --brief ;;
        pool) counting_suite pool compat/TlsMgr.Rig pool --tlsmgr dist/tlsmgr --brief ;;
        sharing) counting_suite sharing compat/TlsMgr.Rig sharing --tlsmgr dist/tlsmgr --brief ;;
        side-by-side) counting_suite side-by-side compat/TlsMgr.Differential check --tlsmgr dist/tlsmgr ;;
        pages) counting_command pages src/packaging/pages.sh ;;
        fuzz) counting_suite fuzz compat/TlsMgr.Differential fuzz --tlsmgr dist/tlsmgr --seed 1 --count 6000 ;;
        *) echo "suites.sh: no suite $suite" >&2; exit 2 ;;
    esac
done
tail -n 200 "$results/failed.txt"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
