#!/usr/bin/env bash
# Prints the system calls that the daemon makes once its sandbox is closed, seen with strace(1) in all tests of the
# published binary but those that leave the sandbox on purpose and those that cannot be traced. Fails when a test fails
# or the sandbox refused anything. As root; needs strace. What it prints is the list in fixtures/sandbox/system-calls.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
traces=$(mktemp -d)
trap 'rm -rf "$traces"' EXIT
chmod 1777 "$traces"
# Detached (-D), so that the daemon keeps its process id and its parent.
cat > "$traces/tlsmgr" <<END
#!/bin/sh
exec strace -D -f -qq -o "$traces/trace.\$\$" "$PWD/dist/tlsmgr" "\$@"
END
chmod 755 "$traces/tlsmgr"
# Not those that trace it themselves, look into the file of the binary, or measure how long it takes.
TLSMGR_BINARY=$traces/tlsmgr dotnet test tests/TlsMgr.Daemon.Tests --nologo \
    --filter "Sandbox!=left&Traced!=not" >&2

# Behind the line that installs the second filter: every call by name, and every refusal.
after='/seccomp\(SECCOMP_SET_MODE_FILTER.*NEW_LISTENER/ { closed = 1; next } closed'
for trace in "$traces"/trace.*; do awk "$after" "$trace"; done > "$traces/all"
refused=$(grep -E 'EPERM|ENOSYS|SIGSYS' "$traces/all" | grep -v 'clone3' || true)
if [ -n "$refused" ]; then
    echo "the sandbox refused: $refused" >&2
    exit 1
fi
grep -oE '^[0-9]+ +[a-z_0-9]+\(' "$traces/all" | grep -oE '[a-z_0-9]+\(' | tr -d '(' | sort -u
