#!/usr/bin/env bash
# CommandLineParser 2.9.1 on Linux: creating a Parser asks .NET for the width of the console. That initializes the
# terminal, and an escape sequence goes to standard output (the keypad's application mode), whether or not help is ever
# printed, and nothing switches it off again at the end. With TERM=dumb there is none. script(1) is the terminal.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package CommandLineParser@2.9.1
#:property PublishAot=false
if (args.Length > 0)
{
    Environment.SetEnvironmentVariable("TERM", args[0]);
}

CommandLine.Parser parser = new();
END
cat > "$directory/expected" <<'END'
TERM=xterm: 033 [ ? 1 h 033 =
TERM=dumb:
END

cd "$directory"
dotnet build app.cs --output built >/dev/null
run() { # name
    TERM=xterm script -qc "dotnet built/app.dll $1" /dev/null </dev/null | od -An -c | tr -s ' ' | sed 's/ $//'
}
seen=$(printf 'TERM=xterm:%s\nTERM=dumb:%s\n' "$(run xterm)" "$(run dumb)")
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
