#!/usr/bin/env bash
# Makes a manual page of its Markdown source, and refuses a page that groff(1) or mandoc(1) finds fault with.
#   manual.sh SOURCE PAGE VERSION
set -euo pipefail

page=$2
mkdir -p "$(dirname "$page")"
# lowdown(1) has forms of its own for headings, definitions and code; these are man(7)'s.
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
