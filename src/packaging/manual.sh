#!/usr/bin/env bash
# Converts the Markdown source of a manual page; fails when groff(1) or mandoc(1) reports a fault in the page.
#   manual.sh SOURCE PAGE VERSION
set -euo pipefail

page=$2
mkdir -p "$(dirname "$page")"
# Replaces lowdown(1)'s macros for headings, definitions and code by those of man(7).
lowdown -s -tman --out-no-smarty -M "source=TlsMgr $3" "$1" | sed -z -E '
    s/\.[LP]P\n([^\n]*)\n\.if n \\\n\.sp -1v\n\.if t \\\n\.sp -0\.25v\n\.IP "" 5n\n/.TP\n\1\n/g
    s/\n\.(SH|SS)\n([^\n]*)\n\.LP\n/\n.\1 \2\n/g
    s/\n\.(SH|SS)\n/\n.\1 /g
    s/\\fC/\\fB/g
    s/(\n\.SH NAME\n[^\n]*) - /\1 \\- /' >"$page"

complaints=$(groff -ww -man -K utf8 -T utf8 "$page" 2>&1 >/dev/null; mandoc -T lint -W warning "$page" 2>&1 || true)
if [ -n "$complaints" ]; then
    printf 'manual.sh: %s\n%s\n' "$1" "$complaints" >&2
    rm "$page"
    exit 1
fi
