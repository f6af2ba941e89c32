#!/usr/bin/env bash
# CommandLineParser 2.9.1: an option for a text that has no value behind it is accepted as if it were not there, at the
# end of the line and before another option; MissingValueOptionError does not come. And behind a switch of one letter,
# the rest of the word becomes a value: of "-nq" the unknown option q is an argument, and no UnknownOptionError comes.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export NUGET_PACKAGES=$directory/packages DOTNET_CLI_HOME=$directory XDG_DATA_HOME=$directory TMPDIR=$directory

cat > "$directory/app.cs" <<'END'
#:package CommandLineParser@2.9.1
#:property PublishAot=false
using CommandLine;

using Parser parser = new(settings => settings.HelpWriter = null);
foreach (string line in (string[])["-c", "-c -n", "--name", "--name -n", "-q", "-nq", "-n=x"])
{
    ParserResult<Options> result = parser.ParseArguments<Options>(line.Split(' '));
    Console.WriteLine($"{line}: " + (result.Value is { } options
        ? $"accepted, c={options.C ?? "null"} name={options.Name ?? "null"} n={options.N} arguments={string.Join(',', options.Arguments)}"
        : string.Join(' ', result.Errors.Select(error => error.Tag))));
}

internal sealed class Options
{
    [Option('c')] public string? C { get; set; }
    [Option("name")] public string? Name { get; set; }
    [Option('n')] public bool N { get; set; }
    [Value(0)] public IEnumerable<string> Arguments { get; set; } = [];
}
END
cat > "$directory/expected" <<'END'
-c: accepted, c=null name=null n=False arguments=
-c -n: accepted, c=null name=null n=True arguments=
--name: accepted, c=null name=null n=False arguments=
--name -n: accepted, c=null name=null n=True arguments=
-q: UnknownOptionError
-nq: accepted, c=null name=null n=True arguments=q
-n=x: accepted, c=null name=null n=True arguments==x
END

cd "$directory"
seen=$(dotnet run app.cs)
printf '%s\n' "$seen"
diff <(printf '%s\n' "$seen") expected || { echo "$(basename "$0"): the behaviour has changed" >&2; exit 1; }
