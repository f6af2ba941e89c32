#!/usr/bin/env bash
# systemd 252.39: the group @system-service, which systemd.exec(5) recommends as the start for the SystemCallFilter= of a
# service, has keyctl(2), add_key(2) and prctl(2), and lacks seccomp(2) and landlock_restrict_self(2), by which a service
# narrows itself. With SystemCallErrorNumber= such a service goes on without its own, narrower filter. No group that
# systemd-analyze(1) lists has seccomp: it has to be named by itself.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
apt-get download -q systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 >/dev/null 2>&1 || {
    echo "$(basename "$0"): the packages of systemd 252.39 cannot be had" >&2
    exit 2
}
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$directory/root/usr/lib/x86_64-linux-gnu/systemd:$directory/root/lib/x86_64-linux-gnu/systemd
analyze=$directory/root/usr/bin/systemd-analyze

calls_of() { # group -- its calls, those of the groups in it included
    "$analyze" syscall-filter "$1" 2>/dev/null | sed -n '2,$s/^ *//p' | while read -r name; do
        case $name in
            '#'*) ;;
            @*) calls_of "$name" ;;
            *) echo "$name" ;;
        esac
    done
}

calls_of @system-service | sort -u > calls
for call in prctl keyctl add_key seccomp landlock_restrict_self; do
    grep -qx "$call" calls && echo "$call: in @system-service" || echo "$call: not in @system-service"
done > seen
groups=$("$analyze" syscall-filter 2>/dev/null | grep -o '^@[a-z-]*')
for group in $groups; do calls_of "$group"; done | grep -qx seccomp || echo 'seccomp: in no group' >> seen
cat seen
diff seen - <<'END' || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
prctl: in @system-service
keyctl: in @system-service
add_key: in @system-service
seccomp: not in @system-service
landlock_restrict_self: not in @system-service
seccomp: in no group
END
