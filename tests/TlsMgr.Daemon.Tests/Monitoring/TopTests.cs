using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>The verb top of the published tlsmgrctl, in a terminal and elsewhere.</summary>
[Trait("Needs", "monitoring")]
public sealed partial class TopTests
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Footer = "q quits, space refreshes";
    private const string Type = "xterm-256color";
    private const string ControlC = "\u0003";
    private const int Hangup = 1;
    private const int Terminate = 15;
    private const int Rows = 24;

    private static readonly string[] MainCf =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        "lmtp_tls_session_cache_database = btree:${data_directory}/lmtp_scache",
    ];

    /// <summary>All widths in full, and those at the ends and a usual one otherwise.</summary>
    public static TheoryData<int> Widths => Environment.GetEnvironmentVariable("MONITOR") == "full"
        ? [.. Enumerable.Range(40, 161)]
        : [40, 41, 80, 132, 200];

    [Theory]
    [InlineData("q")]
    [InlineData("Q")]
    [InlineData(ControlC)]
    public void A_key_ends_it_and_the_terminal_is_as_before(string key)
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        string settings = terminal.Settings;
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil(Footer, PublishedBinary.Timeout).ShouldStartWith(Enter);

        terminal.Type(key);

        ShouldEndAsBefore(terminal, top, settings, status: 0);
    }

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Hangup)]
    public void A_signal_ends_it_and_the_terminal_is_as_before(int signal)
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        string settings = terminal.Settings;
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil(Footer, PublishedBinary.Timeout);

        top.Signal(signal);

        ShouldEndAsBefore(terminal, top, settings, status: 0);
    }

    [Fact]
    public void A_daemon_that_is_gone_ends_it_and_the_terminal_is_as_before()
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        string settings = terminal.Settings;
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil(Footer, PublishedBinary.Timeout);

        daemon.Kill();
        for (int failures = 0; failures < 2; failures++)
        {
            terminal.Type(" ");
            terminal.ReadUntil("trying again", PublishedBinary.Timeout);
        }

        terminal.Type(" ");

        string output = ShouldEndAsBefore(terminal, top, settings, status: 3);
        output[output.IndexOf(Leave, StringComparison.Ordinal)..].ShouldBe(
            $"{Leave}tlsmgrctl: fatal: connect to {daemon.Directories.Data}/tlsmgr_control: Connection refused\r\n");
    }

    [Fact]
    public void It_goes_on_with_the_next_daemon()
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil(Footer, PublishedBinary.Timeout);
        daemon.HangUp();
        terminal.Type(" ");
        terminal.ReadUntil("trying again", PublishedBinary.Timeout);

        daemon.StartAgain();
        terminal.Type(" ");

        terminal.ReadUntil(Footer, PublishedBinary.Timeout);
        terminal.Type("q");
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Fact]
    public void A_key_shows_rates_at_once()
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil("- in all", PublishedBinary.Timeout);
        daemon.Ask("request|seed|size|1||");

        terminal.Type(" ");

        Rate().IsMatch(terminal.ReadUntil("in all, seed ", PublishedBinary.Timeout)).ShouldBeTrue();
        terminal.Type("q");
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Fact]
    public void Another_size_is_used_at_once()
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(200, Rows);
        SpawnedProcess top = Start(terminal, daemon);
        terminal.ReadUntil("\e[J", PublishedBinary.Timeout);

        terminal.Resize(40, Rows);

        Lines(terminal.ReadUntil("\e[J", PublishedBinary.Timeout)).ShouldAllBe(line => line.Length <= 40);
        terminal.Type("q");
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_screen_keeps_its_width_and_its_rows(int width)
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(width, Rows);
        SpawnedProcess top = Start(terminal, daemon);

        string[] lines = Lines(terminal.ReadUntil("\e[J", PublishedBinary.Timeout));

        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBeLessThanOrEqualTo(Rows);
        lines.ShouldContain(line => line.Contains("smtpd", StringComparison.Ordinal)
            && line.Contains("lmtp", StringComparison.Ordinal));
        terminal.Type("q");
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Fact]
    public void A_terminal_without_escapes_gets_plain_text()
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);

        SpawnedProcess top = terminal.Start(
            PublishedBinary.Control, ["top", "-c", daemon.Directories.Config, "--count", "1"], "dumb");

        terminal.ReadUntil("limit", PublishedBinary.Timeout).ShouldNotContain("\e");
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Fact]
    public void Output_to_a_file_is_plain_text()
    {
        using RunningDaemon daemon = Serving();

        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, "top", "-c", daemon.Directories.Config, "--count", "2", "--refresh", "1");

        (output.Status, output.Errors).ShouldBe((0, ""));
        output.Output.ShouldNotContain("\e");
        Regex.Count(output.Output, "^requests ", RegexOptions.Multiline).ShouldBe(2);
        output.Output.ShouldContain("\nrequests    0.0/s in all\n");
    }

    [Fact]
    public void A_daemon_that_is_not_there_at_the_last_sample_is_no_success()
    {
        using DaemonDirectories directories = new();
        File.WriteAllText(Path.Combine(directories.Config, "master.cf"), "tlsmgr unix - - n 1000? 1 tlsmgr-net\n");

        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, "top", "-c", directories.Config, "--count", "1");

        output.Status.ShouldBe(3);
        output.Errors.ShouldMatch("^tlsmgrctl: fatal: connect to [^\n]+\n$");
    }

    /// <summary>With each kind of request, three caches, and every line that a daemon without fault has.</summary>
    [Fact]
    public void The_statistics_of_a_daemon_in_use_fit_a_screen()
    {
        using RunningDaemon daemon = Serving();
        foreach (string cache in (string[])["smtpd", "smtp", "lmtp"])
        {
            daemon.Ask($"request|policy|cache_type|{cache}||").ShouldStartWith("status|0|");
            daemon.Ask($"request|update|cache_type|{cache}|cache_id|a|session|QUJD||").ShouldStartWith("status|0|");
            daemon.Ask($"request|lookup|cache_type|{cache}|cache_id|a||").ShouldStartWith("status|0|");
            daemon.Ask($"request|delete|cache_type|{cache}|cache_id|a||").ShouldStartWith("status|0|");
        }

        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|");

        CommandOutput output = CommandOutput.Of(PublishedBinary.Control, "stats", "-c", daemon.Directories.Config);

        output.Output.ShouldContain("\nlmtp ");
        output.Lines.Length.ShouldBeLessThanOrEqualTo(Rows);
        output.Lines.ShouldAllBe(line => line.Length <= 80);
    }

    /// <summary>What is pasted, commands and ids, is never broken.</summary>
    [Theory]
    [InlineData("doctor", "faults\r\n", 40)]
    [InlineData("doctor", "faults\r\n", 80)]
    [InlineData("keys", "current", 40)]
    [InlineData("list smtpd", "xyz\r\n", 40)]
    [InlineData("list smtpd", "xyz\r\n", 60)]
    public void Other_verbs_keep_the_width_of_the_terminal(string command, string last, int columns)
    {
        using RunningDaemon daemon = Serving();
        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|");
        daemon.Ask("request|update|cache_type|smtpd|cache_id|smtpd&mail.example.com&abcdefghijklmnopqrstuvwxyz|session|QUJD||");
        File.WriteAllText(
            Path.Combine(daemon.Directories.Config, "master.cf"), "tlsmgr unix - - n 1000? 1 tlsmgr-nett\n");
        using PseudoTerminal terminal = new(columns, Rows);

        SpawnedProcess process = terminal.Start(
            PublishedBinary.Control, [.. command.Split(' '), "-c", daemon.Directories.Config], Type);
        string text = terminal.ReadUntil(last, PublishedBinary.Timeout);

        process.WaitForExit(PublishedBinary.Timeout).ShouldBe(command == "doctor" ? 1 : 0);
        text.Split("\r\n").Where(line => line.Length > columns && !line.Contains("-> ", StringComparison.Ordinal)
            && !line.Contains("smtpd&", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("list smtpd")]
    [InlineData("keys")]
    [InlineData("ping")]
    public void Other_verbs_write_no_escapes_to_a_terminal(string command)
    {
        using RunningDaemon daemon = Serving();
        using PseudoTerminal terminal = new(80, Rows);
        string settings = terminal.Settings;

        SpawnedProcess process = terminal.Start(
            PublishedBinary.Control, [.. command.Split(' '), "-c", daemon.Directories.Config], Type);

        process.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
        terminal.ReadUntil("\r\n", PublishedBinary.Timeout).ShouldNotContain("\e");
        terminal.Settings.ShouldBe(settings);
    }

    private static RunningDaemon Serving()
    {
        RunningDaemon daemon = new(MainCf);
        daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|");
        return daemon;
    }

    /// <summary>Starts it with an interval in which nothing happens but what the test does.</summary>
    private static SpawnedProcess Start(PseudoTerminal terminal, RunningDaemon daemon) => terminal.Start(
        PublishedBinary.Control, ["top", "-c", daemon.Directories.Config, "--refresh", "3600"], Type);

    private static string ShouldEndAsBefore(
        PseudoTerminal terminal, SpawnedProcess top, string settings, int status)
    {
        top.WaitForExit(PublishedBinary.Timeout).ShouldBe(status);
        string output = terminal.ReadUntil(status == 0 ? Leave : "\r\n", PublishedBinary.Timeout);
        output.ShouldContain(Leave);
        terminal.Settings.ShouldBe(settings);
        return output;
    }

    /// <summary>The lines of a screen, without escape sequences and what the terminal adds to a line feed.</summary>
    private static string[] Lines(string output) => Escape().Replace(output, "").Replace("\r", "").Split('\n');

    [GeneratedRegex("\e\\[[?0-9;]*[A-Za-z]")]
    private static partial Regex Escape();

    [GeneratedRegex("[0-9.]+/s in all, seed ")]
    private static partial Regex Rate();
}
