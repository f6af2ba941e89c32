using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>
/// The published tlsmgrctl with another program at its sockets: it ends soon, with checked output or one line of error.
/// </summary>
public sealed class HostileReplyTests
{
    private const string Title = "\u001b]0;owned\u0007";
    private const string BadName = "a figure has a name that is not allowed";
    private const string NoProgress = "next does not lie behind the position before";

    /// <summary>A verb, the only reply that it gets again and again, and the reason for which it is refused.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "stats", $"status|0|requests.{Title}|1||", BadName },
        { "stats --json", "status|0|a\",\"b|1||", BadName },
        { "stats --prometheus", "status|0|requests.a\"} 1\nroot_owned{a=\"|1||", BadName },
        { "stats --prometheus", "status|0|cache.smtpd\n.hits|1||", BadName },
        { "stats", "status|0|a|1|a|2||", "the figure a is there twice" },
        { "stats", "status|0|cache|1||", BadName },
        { "keys", $"status|0|name|{Title}|state|current|encrypts|1|decrypts|1||",
            "a ticket key has a name or a state that is not allowed" },
        { "keys --json", "status|0|name|00|state|\u001b[31m|encrypts|1|decrypts|1||",
            "a ticket key has a name or a state that is not allowed" },
        { "list smtpd", "status|0|next|QUI=||", NoProgress },
        { "flush smtpd", "status|0|removed|1|next|QUI=||", NoProgress },
        { "flush smtpd --json", "status|0|removed|-1|next|||", "removed is 4294967295, which is out of range" },
        { "list smtpd --limit 1",
            "status|0|id|a|size|1|stored|1|left|1|id|b|size|1|stored|1|left|1|next|||",
            "there are more sessions than the limit" },
        { "delete smtpd x", "status|7||", "status is 7, which is out of range" },
        { "rotate", "status|4294967293||", "status is -3, which is out of range" },
    };

    public static TheoryData<string> ServiceVerbs =>
        ["ping", "seed 16", "seed 16 --json", "policy smtpd", "lookup smtpd x", "lookup smtpd x --json", "bench --seconds 1"];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_reply_that_breaks_a_rule_is_one_line_and_status_3(string command, string reply, string reason)
    {
        using DaemonDirectories directories = new();
        string socket = Path.Combine(directories.Data, "tlsmgr_control");
        using ScriptedServer server = new(socket, repeats: true, Bytes(reply));

        CommandOutput output = Run(directories, command);

        output.ShouldBe(new CommandOutput(3, "", $"tlsmgrctl: fatal: malformed reply from {socket}: {reason}\n"));
        server.Requests.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void A_session_with_an_impossible_date_is_listed_as_damaged()
    {
        const string Page = "status|0|id|good|size|22|stored|1700000000|left|60|"
            + "id|\u001b[2J|size|5|stored|9223372036854775807|left|-9223372036854775808|"
            + "id|early|size|6|stored|-9223372036854775808|left|1|next|||";
        using DaemonDirectories directories = new();
        using ScriptedServer server = new(
            Path.Combine(directories.Data, "tlsmgr_control"), repeats: true, Bytes(Page));

        CommandOutput text = Run(directories, "list smtpd");
        CommandOutput json = Run(directories, "list smtpd --json");

        (text.Status, text.Errors, json.Status, json.Errors).ShouldBe((0, "", 0, ""));
        text.Lines[2].ShouldBe(@"       5  damaged                    -  \x1b[2J");
        text.Lines[3].ShouldBe("       6  damaged                    -  early");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        document.RootElement.EnumerateArray().Select(session => session.GetProperty("stored_seconds").ValueKind)
            .ShouldBe([JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Null]);
    }

    [Fact]
    public void A_walk_that_goes_on_and_on_ends()
    {
        byte[][] pages = [.. Enumerable.Range(1, 1000).Select(i =>
            Bytes($"status|0|next|{Convert.ToBase64String(Encoding.ASCII.GetBytes($"{i:d8}"))}||"))];
        using DaemonDirectories directories = new();
        string socket = Path.Combine(directories.Data, "tlsmgr_control");
        using ScriptedServer server = new(socket, repeats: true, pages);

        CommandOutput output = Run(directories, "list smtpd");

        output.ShouldBe(new CommandOutput(3, "", $"tlsmgrctl: fatal: malformed reply from {socket}: {NoProgress}\n"));
        server.Requests.ShouldBe(pages.Length + 1);
    }

    [Fact]
    public void Caches_with_different_figures_are_shown()
    {
        using DaemonDirectories directories = new();
        using ScriptedServer server = new(
            Path.Combine(directories.Data, "tlsmgr_control"), repeats: true,
            Bytes("status|0|cache.smtp.hits|1|cache.smtpd.hits|2|cache.smtpd.more|3||"), Bytes("status|4294967294||"));

        CommandOutput output = Run(directories, "stats");

        (output.Status, output.Errors).ShouldBe((0, ""));
        output.Lines[3].ShouldBe("smtp           -     1     -");
    }

    [Fact]
    public void A_reply_without_end_is_given_up()
    {
        using DaemonDirectories directories = new();
        string socket = Path.Combine(directories.Data, "tlsmgr_control");
        byte[] reply = [.. "status\0"u8, .. Enumerable.Repeat((byte)'1', 8 * 1024 * 1024)];
        using ScriptedServer server = new(socket, repeats: true, reply);

        Run(directories, "stats").ShouldBe(
            new CommandOutput(3, "", $"tlsmgrctl: fatal: the reply from {socket} is too long\n"));
    }

    [Theory]
    [MemberData(nameof(ServiceVerbs))]
    public void A_hostile_service_is_one_line_and_status_3(string command)
    {
        string[] replies =
        [
            $"{Title}|0||", $"status|{Title}|seed|{Title}||", $"status|0|seed|{Title}|", "status|9|seed|QQ==|",
            "status|0|cachable|1|timeout|-1||", "status|0|session|\u009b31m||", "status|0|seed|QUJD|seed|QUJD||", "||||",
        ];
        foreach (string reply in replies)
        {
            using DaemonDirectories directories = new();
            using ScriptedServer server = new(directories.ServiceSocket, repeats: true, Bytes(reply + "|"));

            CommandOutput output = Run(directories, command);

            (output.Status, output.Output).ShouldBe((3, ""), reply);
            output.Errors.ShouldMatch(@"\Atlsmgrctl: fatal: [^\p{C}]+\n\z", reply);
            output.Errors.ShouldNotContain("internal error");
        }
    }

    [Fact]
    public void Doctor_reports_a_hostile_daemon_as_a_fault()
    {
        using ControlRig rig = new();
        string queue = Path.Combine(rig.Directories.Root, "q");
        Directory.CreateDirectory(Path.Combine(queue, "private"));
        rig.Configure($"queue_directory = {queue}");
        using ScriptedServer server = new(
            Path.Combine(queue, "private", "tlsmgr"), repeats: true, Bytes($"{Title}|0||"));

        CommandOutput output = rig.Run("doctor");

        (output.Status, output.Errors).ShouldBe((1, ""));
        output.Output.ShouldContain("tlsmgr does not reply: unexpected attribute ?]0;owned? from ");
    }

    private static CommandOutput Run(DaemonDirectories directories, string command) => CommandOutput.Of(
        PublishedBinary.Control, [.. command.Split(' '), "-c", directories.Config]);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace('|', '\0'));
}
