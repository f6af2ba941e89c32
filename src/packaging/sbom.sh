#!/usr/bin/env bash
# Prints the software bill of materials of the executables in dist, or for ARCH=arm64 in dist/arm64: SPDX 2.3, as JSON. The
# components are those of notices.sh. Run it after make publish.
#   sbom.sh VERSION
# DIST names another directory of executables. Exit status 1: a component has no notice or no licence that SPDX has a name for.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:?usage: sbom.sh VERSION}
. src/packaging/architecture.sh
dist=${DIST:-$dist}
fail() { echo "sbom.sh: $*" >&2; exit 1; }

quoted() { sed -E 's/[\\"]/\\&/g; s/.*/"&"/' <<<"$1"; }

# Letters, digits, points and hyphens are all that an identifier may have.
identifier() { echo "SPDXRef-$1-${2//[^a-zA-Z0-9.-]/-}"; } # kind name

spdx_license() { # name in Debian's copyright file
    case $1 in
        MIT) echo MIT ;;
        OpenLDAP-2.8) echo OLDAP-2.8 ;;
        LGPL-2.1+) echo LGPL-2.1-or-later ;;
        GPL-3+-with-GCC-exception) echo GPL-3.0-or-later WITH GCC-exception-3.1 ;;
        *) fail "the licence $1 has no SPDX name here" ;;
    esac
}

packages=()
files=()
relations=()

add_package() { # id name version license holder location supplier url files
    packages+=("    {
      \"SPDXID\": \"$1\",
      \"name\": $(quoted "$2"),
      \"versionInfo\": $(quoted "$3"),
      \"downloadLocation\": $(quoted "$6"),
      $9,
      \"licenseConcluded\": \"$4\",
      \"licenseDeclared\": \"$4\",
      \"copyrightText\": $(quoted "$5"),
      \"supplier\": $(quoted "$7")${8:+,
      \"externalRefs\": [
        {
          \"referenceCategory\": \"PACKAGE-MANAGER\",
          \"referenceType\": \"purl\",
          \"referenceLocator\": $(quoted "$8")
        \}
      ]}
    }")
}

relate() { # from relation to
    relations+=("    { \"spdxElementId\": \"$1\", \"relationshipType\": \"$2\", \"relatedSpdxElement\": \"$3\" }")
}

programs=$(executables)
[ -n "$programs" ] || fail "no executable in $dist: run make publish first"
product=SPDXRef-Package-TlsMgr
# As the specification says: the sorted SHA-1 of all files, and of these the SHA-1.
code=$(for program in $programs; do sha1sum <"$dist/$program"; done | cut -d ' ' -f 1 | sort | tr -d '\n' | sha1sum | cut -d ' ' -f 1)
add_package $product TlsMgr "$version" MIT "Copyright (c) 2026 the TlsMgr authors" NOASSERTION \
    "Organization: The TlsMgr authors" "" \
    "\"filesAnalyzed\": true,
      \"packageVerificationCode\": { \"packageVerificationCodeValue\": \"$code\" }"
relate SPDXRef-DOCUMENT DESCRIBES $product

components=$(src/packaging/notices.sh components)
while IFS='|' read -r name component license holder _; do
    license=$(spdx_license "$license")
    id=$(identifier Package "$name")
    location=https://www.nuget.org/packages/$name/$component supplier=NOASSERTION url=pkg:nuget/$name@$component
    relation="$product CONTAINS $id"
    case $name in
        *.ILCompiler|*.ILLink.Tasks) relation="$id BUILD_TOOL_OF $product" ;;
        gcc-*|glibc|lmdb)
            location=NOASSERTION supplier="Organization: Debian" relation="$product STATIC_LINK $id"
            url="pkg:deb/debian/$name@${component//+/%2B}?arch=source" ;;
    esac
    add_package "$id" "$name" "$component" "$license" "$holder" "$location" "$supplier" "$url" "\"filesAnalyzed\": false"
    relate $relation
done <<<"$components"

for program in $programs; do
    id=$(identifier File "$program")
    files+=("    {
      \"SPDXID\": \"$id\",
      \"fileName\": \"./$program\",
      \"checksums\": [
        { \"algorithm\": \"SHA1\", \"checksumValue\": \"$(sha1sum <"$dist/$program" | cut -d ' ' -f 1)\" },
        { \"algorithm\": \"SHA256\", \"checksumValue\": \"$(sha256sum <"$dist/$program" | cut -d ' ' -f 1)\" }
      ],
      \"licenseConcluded\": \"NOASSERTION\",
      \"copyrightText\": \"NOASSERTION\"
    }")
    relate $product CONTAINS "$id"
done

joined() { local first=$1; shift; printf '%s' "$first"; [ $# = 0 ] || printf ',\n%s' "$@"; }

# The name of the document has to be unlike that of any other: it has a digest of what the document describes.
digest=$(printf '%s\n' "${packages[@]}" "${files[@]}" | sha256sum | cut -c 1-32)
cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "tlsmgr-$version-linux-${ARCH:-x64}",
  "documentNamespace": "https://tlsmgr.invalid/spdx/tlsmgr-$version-linux-${ARCH:-x64}-$digest",
  "creationInfo": {
    "created": "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)",
    "creators": ["Organization: The TlsMgr authors", "Tool: sbom.sh"]
  },
  "packages": [
$(joined "${packages[@]}")
  ],
  "files": [
$(joined "${files[@]}")
  ],
  "relationships": [
$(joined "${relations[@]}")
  ]
}
END
