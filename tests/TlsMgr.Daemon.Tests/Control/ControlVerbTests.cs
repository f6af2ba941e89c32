using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The verbs of the published tlsmgrctl that use the control socket of the published daemon.</summary>
public sealed partial class ControlVerbTests
{
    private const string Session = "bm90IGZvciBhbnlib2R5J3MgZXllcw==";

    private static readonly string[] MainCf =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
    ];

    public static TheoryData<string> AllVerbs =>
    [
        "stats", "list smtpd", "delete smtpd x", "flush smtpd", "keys", "rotate",
    ];

    [Fact]
    [Trait("Traced", "not")] // the daemon names its program
    public void Every_verb_prints_what_it_printed_before()
    {
        using RunningDaemon daemon = new(MainCf);
        foreach (string id in new[] { "plain", "a b", @"back\slash", "caf\u00e9", "e1", "e2", "e3" })
        {
            daemon.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|{Session}||").ShouldBe("status|0||");
        }

        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|plain||").ShouldStartWith("status|0|");
        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|none||").ShouldStartWith("status|4294967295|");
        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|");

        string said = "";
        foreach (string line in new[]
        {
            "stats", "stats --json", "stats --prometheus", "list smtpd", "list smtpd --json --limit 2", "list smtp",
            "list smtp --json", "list lmtp", "list lmtp --json", "keys", "keys --json", "rotate", "rotate --json", "keys",
            @"delete smtpd back\\slash", @"delete smtpd caf\xc3\xa9", @"delete smtpd a\x20b --json", "delete smtpd e1",
            "delete smtpd e1", "delete smtpd e1 --json", "delete lmtp e1", "flush smtpd", "flush smtpd --json",
            "flush lmtp", "list smtpd",
        })
        {
            CommandOutput output = Control(daemon, line.Split(' '));
            output.Errors.ShouldBeEmpty();
            said += $"$ tlsmgrctl {line}; echo $?\n{Mask(daemon, output.Output)}{output.Status}\n";
        }

        said.ShouldNotContain("not for anybody");
        said.ShouldNotContain(Session);
        ShouldBeApproved(said, "control-verbs.approved.txt");
    }

    [Fact]
    public void Json_is_json()
    {
        using RunningDaemon daemon = new(MainCf);
        daemon.Ask($"request|update|cache_type|smtpd|cache_id|\"\\|session|{Session}||").ShouldBe("status|0||");

        foreach (string line in new[] { "stats", "list smtpd", "keys", "rotate", "delete smtpd x", "flush smtpd" })
        {
            JsonDocument.Parse(Control(daemon, [.. line.Split(' '), "--json"]).Output).Dispose();
        }
    }

    [Fact]
    public void Behind_two_hyphens_an_id_may_begin_with_one()
    {
        using RunningDaemon daemon = new(MainCf);
        foreach (string id in new[] { "-x", "-o", "--" })
        {
            daemon.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|{Session}||").ShouldBe("status|0||");

            CommandOutput.Of(PublishedBinary.Control, "delete", "-c", daemon.Directories.Config, "smtpd", "--", id)
                .ShouldBe(new CommandOutput(0, "deleted\n", ""));
        }
    }

    [Fact]
    public void Watching_goes_on_until_it_is_interrupted()
    {
        using RunningDaemon daemon = new(MainCf);
        daemon.Ask("request|seed|size|1||");

        Watch(daemon, process =>
        {
            for (int i = 0; i < 3; i++)
            {
                ReadSeeds(process).ShouldBe("1");
            }
        });
    }

    [Fact]
    public void Watching_goes_on_with_the_next_daemon()
    {
        using RunningDaemon daemon = new(MainCf);
        daemon.Ask("request|seed|size|1||");
        daemon.Ask("request|seed|size|1||");

        Watch(daemon, process =>
        {
            ReadSeeds(process).ShouldBe("2");
            daemon.HangUp().ShouldBe(0);

            // The first warning may be of an account that was under way when the daemon ended.
            string warning;
            do
            {
                warning = process.StandardError.ReadLine().ShouldNotBeNull();
            }
            while (!warning.Contains("refused", StringComparison.Ordinal));

            string path = Path.Combine(daemon.Directories.Data, "tlsmgr_control");
            warning.ShouldBe($"tlsmgrctl: warning: connect to {path}: Connection refused -- trying again in 1 s");
            daemon.StartAgain();
            string? seeds;
            do
            {
                seeds = ReadSeeds(process);
            }
            while (seeds == "2");

            seeds.ShouldBe("1");
        });
    }

    [Theory]
    [InlineData("list", "http", "no cache http: smtpd, smtp or lmtp")]
    [InlineData("flush", "", "no cache : smtpd, smtp or lmtp")]
    [InlineData("delete", "smtpd", @"bad cache id a\b: a backslash is followed by xNN or another backslash", @"a\b")]
    [InlineData("list", "smtpd", "bad limit 0: 1 to 2147483647", "--limit=0")]
    [InlineData("list", "smtpd", "bad limit x: 1 to 2147483647", "--limit=x")]
    [InlineData("delete", "smtpd", @"bad cache id a\x00b: an id has no zero byte", @"a\x00b")]
    [InlineData("stats", "--watch=1x", "bad number of seconds 1x: 1 to 86400")]
    [InlineData("stats", "--watch=0", "bad number of seconds 0: 1 to 86400")]
    [InlineData("stats", "--watch=86401", "bad number of seconds 86401: 1 to 86400")]
    [InlineData("stats", "--json", "either --json or --prometheus", "--prometheus")]
    public void A_word_that_makes_no_sense_is_refused_with_status_2(
        string verb, string word, string fault, params string[] more) =>
        CommandOutput.Of(PublishedBinary.Control, [verb, word, .. more])
            .ShouldBe(new CommandOutput(2, "", $"tlsmgrctl: fatal: {fault}\n"));

    [Theory]
    [InlineData("list")]
    [InlineData("list", "smtpd", "--limit")]
    [InlineData("list", "smtpd", "--limit", "--json")]
    [InlineData("flush")]
    [InlineData("flush", "smtpd", "smtp")]
    [InlineData("delete", "smtpd", "x", "surplus")]
    [InlineData("rotate", "now")]
    [InlineData("stats", "--watch")]
    [InlineData("stats", "--watch", "--json")]
    [InlineData("stats", "--bogus")]
    [InlineData("keys", "-q")]
    [InlineData("rotate", "--soon")]
    public void A_command_line_that_is_none_is_told_in_one_line_with_status_2(params string[] arguments) =>
        CommandLineTests.ShouldBeRefused(CommandOutput.Of(PublishedBinary.Control, arguments));

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void Each_verb_has_help(string command)
    {
        CommandOutput output = CommandOutput.Of(PublishedBinary.Control, [command.Split(' ')[0], "--help"]);

        (output.Status, output.Errors).ShouldBe((0, ""));
        output.Output.ShouldContain("--json");
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void A_daemon_that_is_gone_or_hangs_is_given_up_soon_with_status_3(string command)
    {
        using DaemonDirectories directories = new(MainCf);
        string path = Path.Combine(directories.Data, "tlsmgr_control");
        string[] arguments = [.. command.Split(' '), "-c", directories.Config];

        CommandOutput.Of(PublishedBinary.Control, arguments).ShouldBe(new CommandOutput(
            3, "", $"tlsmgrctl: fatal: connect to {path}: No such file or directory\n"));

        using UnixListener silent = new(path);
        Promptness.ShouldTakeLessThanTwoSeconds(() => CommandOutput.Of(PublishedBinary.Control, arguments)
            .ShouldBe(new CommandOutput(3, "", $"tlsmgrctl: fatal: no reply from {path} within 2 seconds\n")));
    }

    [Fact]
    public void What_was_given_up_is_not_carried_out_later()
    {
        const int StopSignal = 19;
        const int ContinueSignal = 18;
        using RunningDaemon daemon = new(MainCf);
        daemon.Ask($"request|update|cache_type|smtpd|cache_id|kept|session|{Session}||").ShouldBe("status|0||");

        daemon.Master.Process.Signal(StopSignal);
        Control(daemon, ["rotate"]).Status.ShouldBe(3);
        Control(daemon, ["flush", "smtpd"]).Status.ShouldBe(3);
        Control(daemon, ["delete", "smtpd", "kept"]).Status.ShouldBe(3);
        daemon.Master.Process.Signal(ContinueSignal);

        Control(daemon, ["list", "smtpd"]).Output.ShouldContain("  kept\n");
        Control(daemon, ["stats"]).Output.ShouldContain(" rotated 0\n");
    }

    [Fact]
    public void The_longest_id_is_listed_beside_others()
    {
        using RunningDaemon daemon = new(MainCf);
        string longest = new('z', ServerLimits.MessageBytes - $"request|update|cache_type|smtpd|cache_id||session|{Session}||".Length);
        foreach (string id in new[] { "a", longest })
        {
            daemon.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|{Session}||").ShouldBe("status|0||");
        }

        CommandOutput output = Control(daemon, ["list", "smtpd"]);
        output.Status.ShouldBe(0, output.Errors);
        output.Output.ShouldContain("  a\n");
        output.Output.ShouldContain(longest);
    }

    /// <summary>Does something with a <c>stats --watch</c> that runs meanwhile.</summary>
    private static void Watch(RunningDaemon daemon, Action<Process> action)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            PublishedBinary.Control, ["stats", "--watch", "1", "-c", daemon.Directories.Config])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            action(process);
            process.HasExited.ShouldBeFalse();
        }
        finally
        {
            process.Kill();
            process.WaitForExit(PublishedBinary.Timeout);
        }
    }

    /// <summary>How many seeds the next account tells of; null at the end.</summary>
    private static string? ReadSeeds(Process process)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("requests", StringComparison.Ordinal))
            {
                return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
            }
        }

        return null;
    }

    private static CommandOutput Control(RunningDaemon daemon, string[] arguments) =>
        CommandOutput.Of(PublishedBinary.Control, [.. arguments, "-c", daemon.Directories.Config]);

    /// <summary>Compares with a file of tests/TlsMgr.Daemon.Tests/Control/Approved; on a difference leaves what was said beside it.</summary>
    private static void ShouldBeApproved(string said, string name)
    {
        string file = Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Control", "Approved", name);
        string received = file.Replace(".approved.", ".received.", StringComparison.Ordinal);
        File.WriteAllText(received, said);
        said.ShouldBe(File.ReadAllText(file), received);
        File.Delete(received);
    }

    /// <summary>The text without what differs from run to run and from machine to machine.</summary>
    private static string Mask(RunningDaemon daemon, string text)
    {
        text = text.Replace(daemon.Directories.Root, "ROOT", StringComparison.Ordinal)
            .Replace(PublishedBinary.Path, "PROGRAM", StringComparison.Ordinal);
        text = KeyName().Replace(text, "<32 hexadecimal digits>");
        text = Reasons().Replace(text, "");
        text = Machine().Replace(text, "N");
        text = Measure().Replace(text, "N");
        text = SizeRow().Replace(text, static match => string.Join("  ", match.Value.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries).Select(static word => Size().Replace(word, "N"))));
        text = Row().Replace(text, "$1  YYYY-MM-DD HH:MM:SS        N  ");
        return KeyRow().Replace(text, "$1N  N");
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex KeyName();

    /// <summary>Metrics of what the machine does not allow.</summary>
    [GeneratedRegex("(?m)^.*tlsmgr_reason_info.*\n")]
    private static partial Regex Reasons();

    /// <summary>What the daemon reports of its process, the libraries and the user's limits.</summary>
    [GeneratedRegex("(?<=TlsMgr )[0-9.]+|(?<=LMDB )[0-9.]+|(?<=for Postfix )[0-9.]+|(?<=pid )[0-9]+|(?<=, started )[0-9: -]+|(?<=, up )[0-9a-z ]+"
        + "|(?<=memory lock )[^\n]+|(?<=tlsmgr_(memory_locked|ticket_keys_kept) )[01]|(?<=tlsmgr_(start_time_seconds|process_id) )[0-9.E+]+"
        + "|(?<=\"(pid|started)\": )[0-9]+|(?<=\"(version|lmdb|mail_version|user|memory_lock|ticket_keys_kept)\": \")[^\"]*"
        + "|(?<=(version|lmdb)=\")[^\"]*")]
    private static partial Regex Machine();

    /// <summary>Times, sizes of files, and connections: how soon one is seen to be closed is not ours to say.</summary>
    [GeneratedRegex("(?<=[^_]seconds(\":)? |uptime_seconds |microseconds(\":)? |request_seconds |now(\":)? |most(\":)? "
        + "|tlsmgr_connections |tlsmgr_connections_most |_(size|used|free)_bytes\\{cache=\"[a-z]+\"\\} "
        + "|\"(size|used|free|le_[0-9]+)\": |_bucket\\{le=\"[0-9.]+\"\\} |duration_seconds_sum "
        + "|p(50|99) <= |slowest |stored_seconds\": |left_seconds\": |crypt_seconds\": )[0-9.E-]+")]
    private static partial Regex Measure();

    /// <summary>The rows of the table that has sizes, and its titles.</summary>
    [GeneratedRegex("(?<=\n)(cache  entries  |(smtpd|smtp ) +[0-9]+ +[0-9.]+[KM]? +)[^\n]*(size|[KM]) [^\n]*(?=\n)")]
    private static partial Regex SizeRow();

    [GeneratedRegex("^[0-9.]+[KM]$")]
    private static partial Regex Size();

    [GeneratedRegex("(?<=\n)( +[0-9]+)  20[0-9-]{8} [0-9:]{8} +[0-9]+  ")]
    private static partial Regex Row();

    [GeneratedRegex("(<32 hexadecimal digits>  [a-z]+ +)[0-9]+ +[0-9]+(?=\n)")]
    private static partial Regex KeyRow();
}
