#!/usr/bin/env bash
# Checks the contents, dependencies and scriptlets of a package of rpm.sh. Ends with "N passed, N failed".
#   check.sh PACKAGE.rpm
set -uo pipefail
package=$(realpath "${1:?usage: check.sh PACKAGE.rpm}")
cd "$(dirname "$0")/../../.."

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
check_output=$temporary/output
. src/packaging/checks.sh
check_prefix="${package##*/}: "
check_prints_passed=no

query() { rpm --dbpath "$temporary/database" -qp "$@" "$package"; }
none() { ! grep "$@"; }

query --qf '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]' >"$temporary/files"
query --requires >"$temporary/requires"
architecture=$(query --qf '%{ARCH}')
scriptlet() { query --qf "%{$1}"; }

for file in /usr/libexec/postfix/tlsmgr-net /usr/sbin/tlsmgrctl /usr/sbin/postfix-tlsmgr-net; do
    check "it has the program $file" grep -x -- "-rwxr-xr-x root root $file" "$temporary/files"
done
check "programs are in the directories of Postfix and of administrators alone" \
    none -E '^-..x' <(grep -Ev ' /usr/(libexec/postfix|sbin)/[a-z-]+$' "$temporary/files" || true)
check "everything else is read by all, written by root" \
    none -v '^-rw-r--r-- root root /usr/share/' <(grep -v '^-rwxr-xr-x root root /usr/' "$temporary/files" || true)
check "it has the template of the own parameters where the command looks for it" \
    grep -F ' /usr/share/postfix-tlsmgr-net/tlsmgr.cf' "$temporary/files"
check "it has notices, licence and bill of materials" \
    test "$(grep -cE '/(THIRD-PARTY-NOTICES|LICENSE|sbom.spdx.json)$' "$temporary/files")" = 3
check "no file is below /etc: Postfix's configuration stays as it is" none ' /etc/' "$temporary/files"
check "it needs Postfix" grep -x postfix "$temporary/requires"
check "it needs OpenSSL 1.1 or 3" grep -F '(libssl.so.3()(64bit) or libssl.so.1.1()(64bit))' "$temporary/requires"
check "it needs no newer C library than 2.31" none -E 'GLIBC_2\.(3[2-9]|[4-9][0-9])' "$temporary/requires"
check "it needs no other library" \
    none -E 'lib(stdc|lmdb|gcc|z)' "$temporary/requires"

(cd "$temporary" && rpm2cpio "$package" | cpio -idm --quiet)
case $architecture in
    x86_64) machine='Advanced Micro Devices X86-64' ;;
    aarch64) machine=AArch64 ;;
    *) machine="unknown: $architecture" ;;
esac
for program in "$temporary"/usr/libexec/postfix/* "$temporary"/usr/sbin/tlsmgrctl; do
    check "${program##*/} is for $architecture" grep "Machine: *$machine" <(readelf -h "$program")
done
check "the label of SELinux is set where there is restorecon" grep -F 'restorecon /usr/libexec/postfix/tl*' <(scriptlet POSTIN)

# The scriptlets with no command but those of the test: none, as in an image without Postfix, and recording ones.
mkdir "$temporary/empty" "$temporary/commands"
run() { # directory of commands, scriptlet, argument
    env -i PATH="$temporary/$1" CALLS="$temporary/calls" /bin/sh -ec "$(scriptlet "$2")" scriptlet "$3"
}
for times in 0 1 2; do
    check "nothing fails without Postfix when $times remain" \
        eval "run empty POSTIN $times && run empty PREUN $times"
done
cat >"$temporary/commands/record" <<'END'
#!/bin/sh
echo "${0##*/}${MAIL_CONFIG:+ in $MAIL_CONFIG}: $*" >>"$CALLS"
case $1 in instances) echo /etc/postfix ;; esac
[ "$1" != "${FAILING:-}" ]
END
chmod 755 "$temporary/commands/record"
for name in postconf postfix-tlsmgr-net restorecon; do ln -s record "$temporary/commands/$name"; done
calls() { # expected, scriptlet, argument
    : >"$temporary/calls"
    run commands "$2" "$3" && diff <(printf '%s' "$1") "$temporary/calls"
}
label=$'restorecon: /usr/libexec/postfix/tl* /usr/sbin/tlsmgrctl\n'
check "an installation changes nothing in Postfix" calls "$label" POSTIN 1
check "an upgrade reloads the instances in which it is on" calls "$label"'postfix-tlsmgr-net: instances
postfix-tlsmgr-net in /etc/postfix: status
postfix-tlsmgr-net in /etc/postfix: on
' POSTIN 2
check "the removal switches every instance back" calls $'postfix-tlsmgr-net: off-everywhere\n' PREUN 0
check "an upgrade switches nothing back" calls "" PREUN 1
sed -i 's/^\[ .*/[ "$1" != off-everywhere ]/' "$temporary/commands/record"
check "when an instance cannot be switched back, the package stays" eval "! run commands PREUN 0"

print_counts
