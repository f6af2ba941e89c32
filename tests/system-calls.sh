#!/usr/bin/env bash
# Updates a list of the system calls that a daemon makes after it has closed its sandbox, below the comment lines of
# the list. They are traced with strace(1) in all tests of the published binary, except those that provoke the sandbox
# and those that cannot be traced; those of tlspool(8) also in the short form of the rig of shared sessions. Fails when a
# test fails, when the sandbox refuses a call, and when the list changes. Needs root and strace.
#   system-calls.sh tlsmgr|tlspool LIST
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1
list=$2
traces=$(mktemp -d)
trap 'rm -rf "$traces"' EXIT
chmod 1777 "$traces"
# Detached (-D), so that the daemon keeps its process id and its parent.
cat > "$traces/$program" <<END
#!/bin/sh
exec strace -D -f -qq -o "$traces/trace.\$\$" "$PWD/dist/$program" "\$@"
END
chmod 755 "$traces/$program"
# Without tests that trace the daemon themselves, read the file of the binary, or measure time.
# Signals that this shell ignores, as in the background, would be ignored by what the tests start.
default_signals=(env --default-signal=HUP,INT,QUIT,PIPE)
case $program in
    tlsmgr) project=tests/TlsMgr.Daemon.Tests binary=TLSMGR_BINARY quiet= ;;
    tlspool)
        project=tests/TlsMgr.Pool.Tests binary=TLSPOOL_BINARY
        quiet='|openat\(AT_FDCWD, "(/sys/devices/system/cpu/online|/proc/stat|/etc/localtime)", .*(= -1 ENOSYS|unfinished)' ;;
    *) echo "system-calls.sh: no program $program: tlsmgr or tlspool" >&2; exit 2 ;;
esac
"${default_signals[@]}" "$binary=$traces/$program" dotnet test "$project" --nologo \
    --filter "Sandbox!=left&Traced!=not" >&2
if [ "$program" = tlspool ]; then
    ln -s "$PWD/dist/tlsmgr" "$PWD/dist/tlsmgrctl" "$traces"
    # Without the faults, which measure time.
    "${default_signals[@]}" dotnet run --project compat/TlsMgr.Rig -c Release -- sharing --tlsmgr "$traces/tlsmgr" --brief \
        --only hosts,withdrawn,entries >&2
fi

# After the line that installs the second filter: every call by name, and every refusal. The collector asks for
# /proc/meminfo, tlspool for the number of processors and the time zone, which the first filter refuses quietly, by ENOSYS
# (SandboxRules.AssembleQuiet); strace prints the address of a path that it cannot read. After a signal that ends the daemon
# (a cache file that is truncated under it), start.c reports it as far as it can.
after='/seccomp\(SECCOMP_SET_MODE_FILTER.*NEW_LISTENER/ { closed = 1; next } /--- SIG(BUS|SEGV|ABRT) / { exit } closed'
for trace in "$traces"/trace.*; do awk "$after" "$trace"; done \
    | grep -vE "\"/proc/meminfo\"|openat resumed|openat\(AT_FDCWD, 0x[0-9a-f]+, O_RDONLY\) = -1 ENOSYS$quiet" > "$traces/all"
refused=$(grep -E 'EPERM|ENOSYS|SIGSYS' "$traces/all" | grep -v 'clone3' || true)
if [ -n "$refused" ]; then
    echo "the sandbox refused: $refused" >&2
    exit 1
fi

# Calls of the runtime that depend on timing, or on a signal that arrives late, are in a comment of the list.
sed -n 's/^# In some runs only: //p' "$list" | tr ' ' '\n' > "$traces/sometimes"
{
    grep '^#' "$list"
    grep -oE '^[0-9]+ +[a-z_0-9]+\(' "$traces/all" | grep -oE '[a-z_0-9]+\(' | tr -d '(' | LC_ALL=C sort -u \
        | grep -vxF -f "$traces/sometimes"
} > "$traces/list"
if ! diff "$list" "$traces/list"; then
    cp "$traces/list" "$list"
    echo "$list has changed: review it, update its first lines, and commit it" >&2
    exit 1
fi
echo "$list matches the system calls of $program"
