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

    [Theory]
    [InlineData("2>/dev/full", "bogus")]
    [InlineData("2>&-", "stats", "--bogus")]
    [InlineData("2>&-", "stats", "bogus")]
    [InlineData("<&- >&- 2>&-", "bogus")]
    public void A_command_line_at_fault_has_status_2_when_nobody_can_be_told_too(
        string descriptors, params string[] arguments)
    {
        Run($"exec \"$0\" \"$@\" {descriptors}", arguments).ShouldBe(new CommandOutput(2, "", ""));
    }

    [Theory]
    [InlineData("<&- >&-")]
    [InlineData(">&-")]
    public void Closed_output_is_told_with_status_4_and_does_not_go_to_the_daemon(string descriptors)
    {
        using ControlRig rig = Serving();
        string[] arguments = ["stats", "-c", rig.Directories.Config];

        Run($"exec \"$0\" \"$@\" {descriptors}", arguments).ShouldBe(new CommandOutput(
            4, "", "tlsmgrctl: fatal: write to standard output: Bad file descriptor\n"));
        Run($"exec \"$0\" \"$@\" {descriptors} 2>&-", arguments).ShouldBe(new CommandOutput(4, "", ""));

        // Whatever the daemon was sent, it has dealt with.
        rig.Run("ping").Status.ShouldBe(0);
        rig.Daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Closed_input_and_errors_do_not_matter()
    {
        using ControlRig rig = Serving();

        CommandOutput output = Run("exec \"$0\" \"$@\" <&- 2>&-", "stats", "-c", rig.Directories.Config);

        output.Status.ShouldBe(0);
        output.Lines.ShouldNotBeEmpty();
    }

    /// <summary>A daemon that has answered: its control socket is there.</summary>
    private static ControlRig Serving()
    {
        ControlRig rig = new();
        rig.Run("ping").Status.ShouldBe(0);
        return rig;
    }

    private static CommandOutput Run(string script, params string[] arguments) =>
        CommandOutput.Of("/bin/sh", ["-c", script, PublishedBinary.Control, .. arguments]);
}
