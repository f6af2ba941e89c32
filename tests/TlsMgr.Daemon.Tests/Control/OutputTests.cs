using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The published tlsmgrctl where its output cannot be written.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("config")]
    [InlineData("config", "--json")]
    [InlineData("doctor", "--help")]
    [InlineData("--version")]
    public void Output_to_a_full_device_is_told_with_status_4(params string[] arguments)
    {
        // Not every machine has a main.cf of its own.
        using ConfigCorpus corpus = new([]);
        string[] place = arguments[0] == "config" ? ["-c", corpus.Directory] : [];

        Run("exec \"$0\" \"$@\" > /dev/full", [.. arguments, .. place]).ShouldBe(new CommandOutput(
            4, "", "tlsmgrctl: fatal: write to standard output: No space left on device\n"));
    }

    [Fact]
    public void A_pipe_that_nobody_reads_ends_it_quietly_with_status_4()
    {
        using ConfigCorpus corpus = new([]);

        // The pipe's only reader goes before the command starts.
        Run(
            "pipe=$3/pipe; mkfifo $pipe; exec 3<>$pipe; exec 4>$pipe; exec 3>&-; exec \"$0\" \"$@\" >&4",
            "config", "-c", corpus.Directory).ShouldBe(new CommandOutput(4, "", ""));
    }

    private static CommandOutput Run(string script, params string[] arguments) =>
        CommandOutput.Of("/bin/sh", ["-c", script, PublishedBinary.Control, .. arguments]);
}
