#!/usr/bin/env bash
# keyutils 1.6.3 on Linux: in a session keyring of its own, as systemd gives to each service, a program may add a key to
# the user keyring, and find it there, but neither read it, nor give it permissions or a time-out: each fails with
# EACCES. Without such a session keyring all of it works, so that it is not seen when the program is tried from a shell.
# A key that is added to the process keyring first, and then linked into the user keyring, gets both.
# Not to be run as root, whose capabilities hide part of it: root runs it as nobody.
set -euo pipefail
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent bash < "$0"
fi

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
apt-get download -q keyutils=1.6.3-2 libkeyutils1=1.6.3-2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$directory/root/lib/x86_64-linux-gnu:$directory/root/usr/lib/x86_64-linux-gnu
export PATH=$directory/root/bin:$PATH

cat > use.sh <<'END_USE'
say() { echo "$1: $(shift; "$@" >/dev/null 2>said && echo works || sed 's/.*: //' said)"; }
direct() {
    key=$(keyctl add user finding:direct x @u)
    say 'search' keyctl search @u user finding:direct
    say 'read' keyctl print "$key"
    say 'permissions' keyctl setperm "$key" 0x3f2b0000
    say 'time-out' keyctl timeout "$key" 60
    keyctl unlink "$key" @u
}
by_process() { # with the system calls themselves: each keyctl(1) has a process keyring of its own
    perl -e '
        my ($type, $name, $x) = ("user\0", "finding:process\0", "x");
        my $key = syscall(248, $type, $name, $x, 1, -2);
        print "permissions: ", syscall(250, 5, $key, 0x3f2b0000) == 0 ? "works" : $!, "\n";
        print "time-out: ", syscall(250, 15, $key, 60) == 0 ? "works" : $!, "\n";
        syscall(250, 8, $key, -4);'
    say 'read' keyctl print "$(keyctl search @u user finding:process)"
}
"$1"
END_USE
{
    echo '# added to the user keyring, in the session of the caller'
    bash use.sh direct
    echo '# the same in a session keyring of its own'
    keyctl session - bash use.sh direct 2>/dev/null
    echo '# added to the process keyring and linked, in a session keyring of its own'
    keyctl session - bash use.sh by_process 2>/dev/null
} | tee seen
cat > expected <<'END_EXPECTED'
# added to the user keyring, in the session of the caller
search: works
read: works
permissions: works
time-out: works
# the same in a session keyring of its own
search: works
read: Permission denied
permissions: Permission denied
time-out: Permission denied
# added to the process keyring and linked, in a session keyring of its own
permissions: works
time-out: works
read: works
END_EXPECTED
diff seen expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
