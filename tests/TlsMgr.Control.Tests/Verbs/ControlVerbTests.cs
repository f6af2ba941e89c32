using System;
using System.IO;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Verbs;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Control.Tests.Verbs;

/// <summary>The output of the verbs of the control socket.</summary>
public sealed class ControlVerbTests
{
    private const string Keys =
        "status|0|name|00112233445566778899aabbccddeeff|state|current|encrypts|1800|decrypts|3600|"
        + "name|ffeeddccbbaa99887766554433221100|state|previous|encrypts|0|decrypts|60||";

    [Fact]
    public void Keys_are_a_table() => Run(new KeysVerb(), Keys).ShouldBe((true,
        """
        name                              state     encrypts(s)  decrypts(s)
        00112233445566778899aabbccddeeff  current          1800         3600
        ffeeddccbbaa99887766554433221100  previous            0           60

        """));

    [Fact]
    public void Keys_are_an_array_in_JSON() => Run(
        new KeysVerb { Json = true }, "status|0|name|0a|state|current|encrypts|1|decrypts|2||").ShouldBe((true,
        """
        [
          {
            "name": "0a",
            "state": "current",
            "encrypt_seconds": 1,
            "decrypt_seconds": 2
          }
        ]

        """));

    [Fact]
    public void Keys_that_are_refused_are_no_reply() =>
        Should.Throw<NoReplyException>(() => Run(new KeysVerb(), "status|4294967294||"))
            .Message.ShouldBe("the daemon refuses to show its ticket keys");

    [Theory]
    [InlineData("status|0||", true, "deleted\n")]
    [InlineData("status|4294967295||", false, "there is no such session\n")]
    [InlineData(
        "status|4294967294||", false,
        "not deleted: the smtpd cache is off or cannot be written -- see tlsmgrctl stats\n")]
    public void Delete_reports_its_outcome(string reply, bool isDone, string output)
    {
        Run(new DeleteVerb { Cache = "smtpd", Id = "x" }, reply).ShouldBe((isDone, output));
        Run(new DeleteVerb { Cache = "smtpd", Id = "x", Json = true }, reply)
            .ShouldBe((isDone, $"{{\n  \"deleted\": {(isDone ? "true" : "false")}\n}}\n"));
    }

    [Theory]
    [InlineData("status|0|removed|32|next|QUI=||status|0|removed|3|next|||", true, "removed 35\n")]
    [InlineData("status|4294967294||", false, "the smtp cache is off\n")]
    [InlineData(
        "status|0|removed|32|next|QUI=||status|4294967294||", false, "removed 32; the smtp cache has failed since\n")]
    public void Flush_reports_how_many_it_removed(string replies, bool isDone, string output) =>
        Run(new FlushVerb { Cache = "smtp" }, replies).ShouldBe((isDone, output));

    [Theory]
    [InlineData("smtp&*", "ab", 2)]
    [InlineData("*", "abc", 3)]
    [InlineData("?mtp&c", "", 0)]
    [InlineData("SMTP&*", "", 0)]
    [InlineData(@"x\*c", "c", 1)]
    [InlineData(@"\x78\x2a?", "c", 1)]
    [InlineData("s*p*&**", "ab", 2)]
    public void Sessions_whose_ids_match_are_removed_one_by_one(string pattern, string expected, int removed)
    {
        const string Page =
            "status|0|id|smtp&a|size|1|stored|1|left|1|id|smtp&b|size|1|stored|1|left|1|next|QUI=||";
        string deletions = string.Concat(System.Linq.Enumerable.Repeat("status|0||", removed));
        string replies = expected.StartsWith("ab", StringComparison.Ordinal)
            ? Page + "status|0||status|0||" : Page;
        replies += "status|0|id|x*c|size|1|stored|1|left|1|next|||" + deletions;

        Run(new FlushVerb { Cache = "smtp", Match = [pattern] }, replies).ShouldBe((true, $"removed {removed}\n"));
        Run(new DeleteVerb { Cache = "smtp", Match = [pattern] }, replies).ShouldBe((true, $"removed {removed}\n"));
        Run(new ListVerb { Cache = "smtp", Match = [pattern] }, Page + "status|0|id|x*c|size|1|stored|1|left|1|next|||")
            .Output.Split('\n').Length.ShouldBe(removed + 2);
    }

    [Theory]
    [InlineData("status|4294967294||", "the smtp cache is off\n")]
    [InlineData("status|4294967295||", "the smtp cache is being examined -- try again later\n")]
    [InlineData(
        "status|0|id|a|size|1|stored|1|left|1|id|b|size|1|stored|1|left|1|next|||status|0||status|4294967294||",
        "removed 1; the smtp cache has failed since\n")]
    public void A_cache_that_fails_ends_the_removal_of_matches(string replies, string expected)
    {
        Run(new FlushVerb { Cache = "smtp", Match = ["*"] }, replies).ShouldBe((false, expected));
        Run(new DeleteVerb { Cache = "smtp", Match = ["*"] }, replies).ShouldBe((false, expected));
    }

    [Fact]
    public void Flush_of_a_cache_that_never_ends_is_given_up()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire("status|0|removed|1|next|QUI=||")) { Repeats = true };
        using ServiceConnection connection = transport.Connect();

        Should.Throw<NoReplyException>(() => new FlushVerb { Cache = "smtp" }.Execute(connection, TextWriter.Null))
            .Message.ShouldBe("malformed reply from /path: next does not lie behind the position before");
        transport.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("status|0||", true, "rotated\n")]
    [InlineData(
        "status|4294967295||", false,
        "not done: the pool makes the keys (tlsmgrctl pool rotate), or smtpd_tls_session_cache_timeout is 0\n")]
    [InlineData("status|4294967294||", false, "no key could be made\n")]
    public void Rotate_reports_its_outcome(string reply, bool isDone, string output) =>
        Run(new RotateVerb(), reply).ShouldBe((isDone, output));

    [Fact]
    public void Stats_has_three_forms()
    {
        const string Reply = "status|0|seeds|1||status|4294967294||";

        Run(new StatsVerb(), Reply).Output.ShouldEndWith("\n\nseeds        1\n");
        Run(new StatsVerb { Json = true }, Reply).Output
            .ShouldBe("{\n  \"info\": null,\n  \"seeds\": 1,\n  \"caches\": {}\n}\n");
        Run(new StatsVerb { Prometheus = true }, Reply).Output.ShouldEndWith("\ntlsmgr_seeds_total 1\n");
        Run(new StatsVerb { Prometheus = true, Labels = ["instance=a\"b", "x=y"] }, "status|0|cache.smtp.hits|1||status|4294967294||")
            .Output.ShouldEndWith("\ntlsmgr_cache_hits_total{cache=\"smtp\",instance=\"a\\\"b\",x=\"y\"} 1\n");
    }

    [Fact]
    public void Stats_shows_rates_since_it_was_asked_before()
    {
        const string Older = "status|4294967294||";
        ManualClock clock = new();
        StatsVerb verb = new() { Clock = clock };
        using StringWriter output = new() { NewLine = "\n" };
        using ServiceConnection connection =
            ScriptedTransport.Connect("status|0|seeds|1||", Older, "status|0|seeds|4||", Older);

        verb.Execute(connection, output);
        clock.Advance(TimeSpan.FromSeconds(2));
        verb.Execute(connection, output);

        output.ToString().ShouldEndWith("\nseeds        4 (1.5/s)\n");
    }

    [Theory]
    [InlineData("cache=x", "bad label cache=x: cache is a label of the metrics themselves")]
    [InlineData("le=x", "bad label le=x: le is a label of the metrics themselves")]
    [InlineData("verb=x", "bad label verb=x: verb is a label of the metrics themselves")]
    [InlineData("__name__=x", "bad label __name__=x: __name__ is a label of the metrics themselves")]
    [InlineData("a=2", "bad label a=2: a is given twice")]
    public void A_label_that_a_metric_would_have_twice_is_refused(string label, string fault) =>
        Fault(new StatsVerb { Prometheus = true, Labels = ["a=1", label] }).ShouldBe(fault);

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Fault(new StatsVerb { Json = true, Prometheus = true }).ShouldBe("either --json or --prometheus");
        Fault(new StatsVerb { Watch = ["86401"] }).ShouldBe("bad number of seconds 86401: 1 to 86400");
        Fault(new StatsVerb { Labels = ["a=b"] }).ShouldBe("--label is for --prometheus");
        Fault(new StatsVerb { Prometheus = true, Labels = ["1a=b"] })
            .ShouldBe("bad label 1a=b: NAME=VALUE, and a name has letters, digits and underscores");
        Fault(new StatsVerb { OutputFile = [""] }).ShouldBe("--output: the name of the file is empty");
        Fault(new DeleteVerb { Cache = "smtp" }).ShouldBe("delete: either ID or --match");
        Fault(new ListVerb { Cache = "smtp", Match = [""] }).ShouldBe("bad pattern : it is empty, and no id is");
        Fault(new FlushVerb { Cache = "smtp", Match = [@"a\"] }).ShouldBe(
            @"bad pattern a\: a backslash is followed by xNN, *, ? or another backslash");
        Fault(new DeleteVerb { Cache = "smtp", Id = "x", Match = ["y"] }).ShouldBe("delete: either ID or --match");
        Fault(new FlushVerb { Cache = "" }).ShouldBe("no cache : smtpd, smtp or lmtp");
        Fault(new DeleteVerb { Cache = "smtpd", Id = @"a\" })
            .ShouldBe(@"bad cache id a\: a backslash is followed by xNN or another backslash");
    }

    private static string Fault(ControlVerb verb) => Should.Throw<FatalException>(verb.CheckArguments).Message;

    private static (bool Done, string Output) Run(ControlVerb verb, string replies)
    {
        verb.CheckArguments();
        using StringWriter output = new() { NewLine = "\n" };
        using ServiceConnection connection = ScriptedTransport.Connect(replies);
        return (verb.Execute(connection, output), output.ToString());
    }
}
