# What the name of an architecture means to each tool, for scripts that source this file at the top of the repository with ARCH
# unset or x64, or arm64. One commit gives one set of bytes: every file gets the commit's time.

# shellcheck disable=SC2034
case ${ARCH:-x64} in
    x64) dist=dist debian_architecture=amd64 rpm_architecture=x86_64 objcopy=objcopy ;;
    arm64) dist=dist/arm64 debian_architecture=arm64 rpm_architecture=aarch64 objcopy=aarch64-linux-gnu-objcopy ;;
    *) echo "${0##*/}: no architecture $ARCH: x64 or arm64" >&2; exit 1 ;;
esac
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C
umask 022

# The programs that make publish left, whatever their number.
executables() { find "$dist" -maxdepth 1 -type f -perm -u+x -printf '%f\n' | sort; }

# The time of the commit for every file, so that an archive of them is the same on every day.
set_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; } # directory

# An archive in which nothing depends on the machine.
archive() { # directory name.tar.gz
    set_times "$1"
    tar -C "$(dirname "$1")" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$(basename "$1")" |
        gzip -9n >"$2"
}
