using System;
using System.IO;
using System.Linq;
using Microsoft.Win32.SafeHandles;
using Shouldly;
using TlsMgr.Control.Pool;
using TlsMgr.Control.Verbs;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>The actions of the verb pool on the state file, while no daemon runs.</summary>
public sealed class PoolVerbTests
{
    [Fact]
    public void Init_makes_a_state_and_prints_what_follows()
    {
        using PoolHost host = new();

        (int status, string output) = host.Run("init", "mx");

        status.ShouldBe(0);
        string[] lines = output.Split('\n');
        lines[0].ShouldBe("began pool mx: generation 1, a new key every 30 min");
        lines[1].ShouldEndWith(" until 2027-01-15 08:30:00 UTC");
        lines[^3].ShouldEndWith("tlsmgr_pool_name=mx'");
        lines[^2].ShouldBe("postfix -c DIR reload");
        File.GetUnixFileMode(host.StateFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        host.Run("init", "other").ShouldBe((1, "this host is in pool mx: tlsmgrctl pool leave ends that\n"));
    }

    [Fact]
    public void A_name_that_is_configured_is_the_default_and_is_not_set_again()
    {
        using PoolHost host = new("mx");

        host.Run("init").Output.ShouldEndWith("UTC\nnow run:\npostfix -c DIR reload\n");
    }

    [Fact]
    public void A_state_of_another_pool_than_the_configured_one_is_pointed_out()
    {
        using PoolHost host = new("other");

        host.Run("init", "mx").Output
            .ShouldContain("tlsmgr_pool_name is other, so this host does not use the state of mx:\n");
    }

    [Fact]
    public void Without_tickets_there_is_no_pool()
    {
        using PoolHost host = new(line: "smtpd_tls_session_cache_timeout = 0");

        host.Run("init", "mx")
            .ShouldBe((1, "there are no session tickets: smtpd_tls_session_cache_timeout is 0\n"));
        File.Exists(host.StateFile).ShouldBeFalse();
    }

    [Fact]
    public void Hosts_that_have_joined_have_one_fingerprint()
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx", PoolHost.Start + 100);
        first.Run("init");

        second.Run("join", first.Export()).Status.ShouldBe(0);

        Line(second, "fingerprint").ShouldBe(Line(first, "fingerprint"));
        first.Clock.Seconds += 86400;
        Line(second, "fingerprint").ShouldNotBe(Line(first, "fingerprint"));
        second.Clock.Seconds += 86400;
        Line(second, "fingerprint").ShouldBe(Line(first, "fingerprint"));
    }

    [Fact]
    public void An_export_while_no_daemon_runs_has_no_key_of_before_the_present()
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx", PoolHost.Start + 86400);
        first.Run("init");
        first.Run(new PoolVerb { Action = "rotate", Delay = ["1h"], Clock = first.Clock });
        first.Pass(86400);
        byte[] before = File.ReadAllBytes(first.StateFile);

        second.Run("join", first.Export()).Status.ShouldBe(0);

        first.ExportNote.ShouldBeEmpty();
        File.ReadAllBytes(first.StateFile).ShouldBe(before);
        second.Stored().ShouldBe([(2u, 1000000L + 48 - 2)]);
        Line(second, "fingerprint").ShouldBe(Line(first, "fingerprint"));
    }

    [Theory]
    [InlineData(86400)]
    [InlineData(30 * 365 * 86400L)]
    public void An_export_under_a_clock_that_nothing_confirms_has_the_stored_keys_and_says_so(long seconds)
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx");
        first.Run("init");
        first.Clock.Seconds += seconds;

        second.Run("join", first.Export()).Status.ShouldBe(0);

        first.ExportNote.ShouldStartWith("the exported keys begin at 2027-01-15 07:");
        second.Stored().ShouldBe([(1u, 1000000L - 2)]);
    }

    [Fact]
    public void Joining_again_changes_nothing()
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx");
        first.Run("init");
        string export = first.Export();
        second.Run("join", export);
        byte[] before = File.ReadAllBytes(second.StateFile);

        second.Run("join", export).ShouldBe(
            (1, "nothing was changed: generation 1 of pool mx is not newer than the one here, 1\n"));

        File.ReadAllBytes(second.StateFile).ShouldBe(before);
    }

    [Theory]
    [InlineData("half", "nothing was joined: it is cut short or damaged\n")]
    [InlineData("twice", "nothing was joined: there is more than one line\n")]
    [InlineData("empty", "nothing was joined: there is no text\n")]
    [InlineData("text", "nothing was joined: it does not begin as an export of a pool\n")]
    [InlineData("long", "nothing was joined: there is more than one line\n")]
    public void What_is_not_one_export_changes_nothing(string kind, string expected)
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx");
        first.Run("init");
        string export = first.Export();
        string line = File.ReadAllText(export);
        File.WriteAllText(export, kind switch
        {
            "half" => line[..(line.Length / 2)],
            "twice" => line + line,
            "empty" => "",
            "long" => string.Concat(Enumerable.Repeat(line, 100)),
            _ => "hello\n",
        });

        second.Run("join", export).ShouldBe((1, expected));
        File.Exists(second.StateFile).ShouldBeFalse();
    }

    [Fact]
    public void A_rotation_reaches_both_hosts_before_it_begins()
    {
        using PoolHost first = new("mx");
        using PoolHost second = new("mx");
        first.Run("init");
        second.Run("join", first.Export());

        first.Run(Rotation(first, "2h")).ShouldBe((0,
            "generation 2 follows at 2027-01-15 10:00:00 UTC; until then, for each other host:\n"
            + "tlsmgrctl pool export | ssh HOST tlsmgrctl pool join -\n"));
        first.Run(Rotation(first, "2h")).ShouldBe(
            (1, "nothing was changed: there is no pool, or a rotation is not over\n"));
        second.Run("join", first.Export()).Output
            .ShouldContain("generation 2 follows at 2027-01-15 10:00:00 UTC\n");
        Line(second, "next generation").ShouldBe("next generation   2 from 2027-01-15 10:00:00 UTC");

        first.Clock.Seconds = second.Clock.Seconds = PoolHost.Start + 7200;
        Line(second, "pool").ShouldBe("pool              mx, generation 2");
        Line(second, "fingerprint").ShouldBe(Line(first, "fingerprint"));
    }

    [Fact]
    public void A_revocation_leaves_nothing_of_the_old_secret()
    {
        using PoolHost host = new("mx");
        host.Run("init");
        byte[] old = File.ReadAllBytes(host.StateFile)[120..152];
        Contains(host, old).ShouldBeTrue();

        (int status, string output) = host.Run(new PoolVerb { Action = "rotate", Now = true, Clock = host.Clock });

        status.ShouldBe(0);
        output.ShouldStartWith("generation 2 is in force, and every older one is erased;");
        output.ShouldEndWith("on every host: postfix reload\n");
        Contains(host, old).ShouldBeFalse();
        Line(host, "pool").ShouldBe("pool              mx, generation 2");
    }

    [Fact]
    public void Leaving_erases_the_secret()
    {
        using PoolHost host = new();
        host.Run("init", "mx");

        host.Run("leave").ShouldBe((0,
            "the secret of the pool is erased here; ticket keys are random from now on\npostfix -c DIR reload\n"));
        new FileInfo(host.StateFile).Length.ShouldBe(0);
        host.Run("leave").ShouldBe((1, "this host is in no pool\n"));
    }

    [Fact]
    public void A_secret_goes_only_where_nobody_else_reads_it()
    {
        string path = Path.GetTempFileName();
        using (SafeFileHandle open = PoolHost.Open(path, UnixFileMode.UserRead | UnixFileMode.OtherRead))
        {
            PoolExporter.FindObjection((int)open.DangerousGetHandle())
                .ShouldBe("other users may read or write that file; umask 077 before");
        }

        using (SafeFileHandle closed = PoolHost.Open(path, UnixFileMode.UserRead | UnixFileMode.UserWrite))
        {
            PoolExporter.FindObjection((int)closed.DangerousGetHandle()).ShouldBeNull();
        }

        using (SafeFileHandle device = File.OpenHandle("/dev/null"))
        {
            PoolExporter.FindObjection((int)device.DangerousGetHandle())
                .ShouldBe("standard output is neither a pipe nor a file");
        }

        using System.IO.Pipes.AnonymousPipeServerStream pipe = new();
        PoolExporter.FindObjection((int)pipe.SafePipeHandle.DangerousGetHandle()).ShouldBeNull();
        File.Delete(path);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("90", 90)]
    [InlineData("2h", 7200)]
    [InlineData("30d", 2592000)]
    public void A_delay_has_the_units_of_Postfix(string text, int seconds) =>
        PoolDelay.Read(text).ShouldBe(seconds);

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-1")]
    [InlineData("2x")]
    [InlineData("2hh")]
    [InlineData("31d")]
    [InlineData("99999999999")]
    public void Another_delay_is_refused(string text) =>
        Should.Throw<FatalException>(() => PoolDelay.Read(text)).Message.ShouldStartWith($"bad time {text}: ");

    [Theory]
    [InlineData("statu", "pool: no action statu; did you mean status?")]
    [InlineData("join", "pool join: an argument is missing: -, or FILE")]
    [InlineData("rotate", "pool rotate: one of --in TIME and --now says when")]
    public void A_faulty_command_line_is_refused(string action, string message)
    {
        using PoolHost host = new();

        Should.Throw<FatalException>(() => host.Run(action)).Message.ShouldStartWith(message);
    }

    private static PoolVerb Rotation(PoolHost host, string delay) =>
        new() { Action = "rotate", Delay = [delay], Clock = host.Clock };

    private static bool Contains(PoolHost host, byte[] secret) =>
        File.ReadAllBytes(host.StateFile).AsSpan().IndexOf(secret) >= 0;

    private static string Line(PoolHost host, string label) => host.Run("status").Output.Split('\n')
        .Single(line => line.StartsWith(label, StringComparison.Ordinal));
}
