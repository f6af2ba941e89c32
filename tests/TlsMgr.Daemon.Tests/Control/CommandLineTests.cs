using System;
using System.IO;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The command line of the published tlsmgrctl: help, faults of one line, completion, terminals.</summary>
public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("", "no verb -- see tlsmgrctl --help")]
    [InlineData("statz", "unknown verb statz; did you mean stats? -- see tlsmgrctl --help")]
    [InlineData("-c /etc/postfix stats", "option -c stands before the verb -- see tlsmgrctl --help")]
    [InlineData("help statz", "unknown verb statz; did you mean stats? -- see tlsmgrctl --help")]
    [InlineData("stats --wach 3", "stats: unknown option --wach; did you mean --watch? -- see tlsmgrctl stats --help")]
    [InlineData("stats --watch", "stats: option --watch needs a value -- see tlsmgrctl stats --help")]
    [InlineData("stats -c", "stats: option -c needs a value -- see tlsmgrctl stats --help")]
    [InlineData("stats -z", "stats: unknown option -z -- see tlsmgrctl stats --help")]
    [InlineData("stats x", "stats: argument x is one too many -- see tlsmgrctl stats --help")]
    [InlineData("list smtpd x", "list: argument x is one too many -- see tlsmgrctl list --help")]
    [InlineData("lookup smtpd",
        "lookup: an argument is missing: tlsmgrctl lookup [OPTION...] CACHE ID -- see tlsmgrctl lookup --help")]
    [InlineData("seed abc", "bad seed size abc: 1 to 255")]
    [InlineData("help stats more", "help: argument more is one too many -- see tlsmgrctl --help")]
    [InlineData("version extra", "version: argument extra is one too many -- see tlsmgrctl --help")]
    [InlineData("config --trust -o bogus", "config: --trust takes neither NAME nor -h, -n, -o, -x")]
    [InlineData("config --trust foo", "config: --trust takes neither NAME nor -h, -n, -o, -x")]
    [InlineData("pool status extra", "pool status: argument extra is one too many")]
    [InlineData("pool join", "pool join: an argument is missing: -, or FILE")]
    [InlineData("ping --program ../x", "bad program ../x: the name of a file in daemon_directory")]
    public void A_fault_is_told_in_one_line_with_status_2(string arguments, string expected) =>
        Run(arguments).ShouldBe(new CommandOutput(2, "", $"tlsmgrctl: fatal: {expected}\n"));

    [Theory]
    [InlineData("--help", "Usage: tlsmgrctl VERB ")]
    [InlineData("-h", "Usage: tlsmgrctl VERB ")]
    [InlineData("help", "Usage: tlsmgrctl VERB ")]
    [InlineData("help stats", "Usage: tlsmgrctl stats ")]
    [InlineData("help help", "Usage: tlsmgrctl help ")]
    [InlineData("help version", "Usage: tlsmgrctl version\n")]
    [InlineData("stats --help", "Usage: tlsmgrctl stats ")]
    [InlineData("stats -h", "Usage: tlsmgrctl stats ")]
    [InlineData("stats --bogus --help", "Usage: tlsmgrctl stats ")]
    [InlineData("version", "tlsmgrctl ")]
    [InlineData("--version", "tlsmgrctl ")]
    [InlineData("stats --version", "tlsmgrctl ")]
    public void Help_and_version_are_printed_on_standard_output(string arguments, string beginning)
    {
        CommandOutput output = Run(arguments);

        output.Status.ShouldBe(0);
        output.Errors.ShouldBe("");
        output.Output.ShouldStartWith(beginning);
    }

    /// <summary>script(1) runs the command on a terminal of its own.</summary>
    [Theory]
    [InlineData("--version")]
    [InlineData("help")]
    [InlineData("seed 16 -c /nonexistent")]
    [InlineData("bogus")]
    public void A_terminal_gets_no_escape_sequence(string arguments)
    {
        CommandOutput output = CommandOutput.Of(
            "env", "TERM=xterm", "script", "-qc", $"{PublishedBinary.Control} {arguments}", "/dev/null");

        output.Output.ShouldContain("tlsmgrctl");
        output.Output.ShouldNotContain('\e');
    }

    [Theory]
    [InlineData("st", "stats")]
    [InlineData("help ro", "rotate")]
    [InlineData("stats --pro", "--prometheus")]
    [InlineData("to", "top")]
    [InlineData("top --re", "--refresh")]
    [InlineData("flush smtp", "smtpd smtp")]
    [InlineData("stats smtp", "")]
    [InlineData("stats --output global.j", "global.json")]
    [InlineData("doctor --compare global.j", "global.json")]
    public void Bash_completes_verbs_options_and_caches(string words, string expected)
    {
        string script = Path.Combine(RepositoryRoot.Path, "src/packaging/completion");
        string place = Path.GetDirectoryName(PublishedBinary.Control)!;

        CommandOutput.Of(
            "bash", "-c",
            $"cd {RepositoryRoot.Path}; PATH={place}:$PATH; . {script}; COMP_WORDS=(tlsmgrctl {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
                + "_tlsmgrctl; echo \"${COMPREPLY[*]}\"").Output.ShouldBe($"{expected}\n");
    }

    /// <summary>Expects one line that names the help of the verb or of the program, and status 2.</summary>
    internal static void ShouldBeRefused(CommandOutput output)
    {
        (output.Status, output.Output).ShouldBe((2, ""));
        output.Errors.ShouldMatch(Refusal().ToString());
    }

    [GeneratedRegex(@"^tlsmgrctl: fatal: [^\n]+ -- see tlsmgrctl ([a-z]+ )?--help\n$")]
    private static partial Regex Refusal();

    private static CommandOutput Run(string arguments) =>
        CommandOutput.Of(PublishedBinary.Control, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
