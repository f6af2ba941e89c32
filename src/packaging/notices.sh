#!/usr/bin/env bash
# Prints what the executables hold besides this project's own code, from the lock files, the licence files of the packages
# that the build used, and Debian's packages in artifacts/sysroot. Run it after make publish.
# With ARCH=arm64 it is about the executables of make publish ARCH=arm64.
#   notices.sh notices              every component with version and licence, then the licence texts
#   notices.sh components           the same as lines NAME|VERSION|LICENCE|HOLDER|FILE FILE...
#   notices.sh copyright            the same components as paragraphs of Debian's copyright file
#   notices.sh static-built-using   Debian's source packages that are linked in, as in a control file
# NUGET_PACKAGES and LOCK_FILES name other packages and lock files. Exit status 1: a component has no notice or no known
# licence.
set -euo pipefail
cd "$(dirname "$0")/../.."

assets=artifacts/obj/TlsMgr.Daemon/project.assets.json
sysroot=artifacts/sysroot
own_locks=$(echo src/*/packages.lock.json)
if [ "${ARCH:-}" = arm64 ]; then
    assets=artifacts/arm64/obj/TlsMgr.Daemon/project.assets.json
    sysroot=artifacts/sysroot-arm64
    own_locks=$(echo src/TlsMgr{,.Native,.Postfix}/packages.lock.json src/*/packages.linux-arm64.lock.json)
fi
fail() { echo "notices.sh: $*" >&2; exit 1; }

[ -f "$assets" ] || fail "no $assets: run make publish first"
packages=${NUGET_PACKAGES:-$(sed -n '/"packageFolders"/,/}/s/^ *"\(\/.*\)": {.*/\1/p' "$assets" | head -n 1)}
read -ra locks <<<"${LOCK_FILES:-$own_locks}"

# The packages of the lock files, and the runtime pack, which is in none: "NAME VERSION".
nuget_packages() {
    awk -F '"' '/^      "/ { name = $2 } $2 == "resolved" { print name, $4 }' "${locks[@]}"
    sed -nE '/"Microsoft.NETCore.App.Runtime.NativeAOT/ {
        N; s/.*"name": "([^"]*)".*"version": "\[([^],]*).*/\1 \2/p }' "$assets"
}

# Debian's packages that the linker was given: "PACKAGE SOURCE VERSION". None of the sources has an epoch. Of the kernel
# there are only headers.
debian_packages() {
    if [ -f "$sysroot/sysroot.list" ]; then
        sed -nE '\:/l/linux/:d; s:^pool/main/[^/]*/([^/]*)/([^_]*)_([^_]*)_.*:\2 \1 \3:p' "$sysroot/sysroot.list"
    else
        dpkg-query -W -f '${Package} ${source:Package} ${source:Version}\n' liblmdb-dev libc6-dev 'libgcc-*-dev'
    fi
}

nuspec() { sed -nE "s:.*<$2( [^>]*)?>(.*)</$2>.*:\2:p" "$1"/*.nuspec | head -n 1 | sed 's/&amp;/\&/g'; }
commit() { [ ! -d "$1" ] || cat "$1"/*.nuspec | grep -o 'commit="[^"]*"'; }

# The licence and notice files of a NuGet package. Those of .NET have no licence file; the runtime pack of the same commit
# has it. Where a package states nothing but the expression MIT and its copyright, the text is made of these.
nuget_files() { # directory
    local own
    own=$(find "$1" -maxdepth 1 -type f -iname 'licen[cs]e*' -o -maxdepth 1 -type f -iname 'copying*')
    if [ -z "$own" ] && [ "$(commit "$1")" = "$(commit "$runtime")" ] && [ -n "$(commit "$1")" ]; then
        own=$(find "$runtime" -maxdepth 1 -iname 'licen[cs]e*')
    fi
    if [ -z "$own" ] && [ "$(nuspec "$1" license)" = MIT ] && [ -n "$(nuspec "$1" copyright)" ]; then
        own=$temporary/${1//\//_}/nuspec
        mkdir "${own%/*}"
        printf 'MIT License\n\nCopyright (c) %s\n\n' "$(nuspec "$1" copyright)" >"$own"
        sed -n '/^Permission is hereby/,$p' LICENSE >>"$own"
    fi
    [ -n "$own" ] || return 1
    printf '%s\n' "$own"
    find "$1" -maxdepth 1 -type f -iname '*notice*'
}

license_of_text() { # file
    case $(head -n 2 "$1") in
        *"MIT License"*) echo MIT ;;
        *"OpenLDAP Public License"*"Version 2.8"*) echo OpenLDAP-2.8 ;;
        *) return 1 ;;
    esac
}

# Debian's files are not all in the machine-readable format.
debian_license() { # source
    case $1 in
        lmdb) echo OpenLDAP-2.8 ;;
        glibc) echo LGPL-2.1+ ;;
        gcc-*) echo GPL-3+-with-GCC-exception ;;
        *) return 1 ;;
    esac
}

# The first holder that a file names. Debian's files for GNU programs name many; the parts that are linked are the FSF's.
holder() { # file
    local foundation
    foundation=$(tr -s '\n ' '  ' <"$1" | grep -oE 'Copyright \(C\) [0-9, -]*Free Software Foundation, Inc' | head -n 1) ||
        foundation=$(grep -E '^ *\*?Copyright' "$1" | head -n 1)
    sed -E 's/^ *\*?Copyright:? (\([cC]\) )?//' <<<"$foundation"
}

# All components: "NAME|VERSION|LICENCE|HOLDER|FILE FILE...".
components() {
    local name version directory files first license source package runtime
    runtime=$(nuget_packages | sed -n 's/^Microsoft.NETCore.App.Runtime.NativeAOT.* /&/p' | head -n 1)
    runtime=$(package_directory $runtime)
    while read -r name version; do
        directory=$(package_directory "$name" "$version")
        [ -d "$directory" ] || fail "package $name $version: no directory $directory"
        files=$(nuget_files "$directory") || fail "package $name $version has no notice: no licence file in $directory"
        first=$(head -n 1 <<<"$files")
        license=$(license_of_text "$first") || fail "package $name $version: $first is no licence that is known here"
        holder=$([ "$license" != MIT ] || holder "$first")
        [ -n "$holder" ] || holder=$(nuspec "$directory" authors | sed 's/,/, /g')
        echo "$name|$version|$license|$holder|"$files
    done < <(nuget_packages | sort -u)
    while read -r package source version; do
        first=$(debian_copyright "$package")
        [ -n "$first" ] || fail "package $package $version of Debian has no notice: no copyright file"
        license=$(debian_license "$source") || fail "package $package of Debian: $source has no licence that is known here"
        echo "$source|$version|$license|$(holder "$first")|$first"
    done < <(debian_packages | sort -u -k 2,2)
}

package_directory() { # name version
    printf '%s/%s/%s\n' "${packages%/}" "${1,,}" "$2"
}

debian_copyright() { # package
    local root=
    [ ! -f "$sysroot/sysroot.list" ] || root=$sysroot
    find -L "$root/usr/share/doc/$1" -maxdepth 1 -name copyright
}

# The texts, each once, headed by the components that have it.
texts() { # components
    local name version files file sum
    local -A owners=() paths=()
    local order=()
    while IFS='|' read -r name version _ _ files; do
        for file in $files; do
            sum=$(md5sum <"$file")
            [ -n "${owners[$sum]:-}" ] || order+=("$sum")
            owners[$sum]+="${owners[$sum]:+, }$name $version"
            paths[$sum]=$file
        done
    done <<<"$1"
    for sum in "${order[@]}"; do
        printf '\n%s\n%s\n(%s)\n\n' "$(printf '=%.0s' {1..78})" "${owners[$sum]}" "$(basename "${paths[$sum]}")"
        # Some have a byte order mark and the line ends of another system.
        sed -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' "${paths[$sum]}"
    done
}

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
all=$(components)
case ${1:-} in
    notices)
        echo "Third-party notices of TlsMgr"
        echo
        echo "tlsmgr (installed as tlsmgr-net) and tlsmgrctl hold code of these components, or were"
        echo "compiled by them:"
        echo
        awk -F '|' '{ printf "    %-50s %-20s %s\n", $1, $2, $3 }' <<<"$all"
        echo
        echo "Each text below is the component's own, headed by the components that have it."
        texts "$all" ;;
    components) echo "$all" ;;
    copyright)
        while IFS='|' read -r name version license holder _; do
            grep -q "^License: $license\$" src/packaging/copyright || fail "copyright has no text of the licence $license"
            printf 'Files: third-party/%s/*\nCopyright: %s\nLicense: %s\nComment: version %s\n\n' \
                "$name" "$holder" "$license" "$version"
        done <<<"$all" ;;
    static-built-using)
        debian_packages | sort -u -k 2,2 | awk '{ printf "%s%s (= %s)", (NR > 1 ? ", " : ""), $2, $3 } END { print "" }' ;;
    *) fail "usage: notices.sh notices | components | copyright | static-built-using" ;;
esac
