using System;
using System.Globalization;
using System.IO;
using System.Text.Json;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Verbs;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Verbs;

public sealed class ListVerbTests
{
    private const string First = "id|a b|size|22|stored|1700000000|left|3600|";
    private const string Second = "id|\u001b[2J|size|1048576|stored|1700000001|left|12345678|";
    private const string Damaged = "id|\"|size|5|stored|9223372036854775807|left|-9|";

    private static readonly string Stored = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).LocalDateTime
        .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    [Fact]
    public void Sessions_are_lines_below_one_heading()
    {
        (bool isDone, string output) = Run(
            new ListVerb { Cache = "smtpd" }, $"status|0|{First}next|QUI=||", $"status|0|{Damaged}next|||");

        isDone.ShouldBeTrue();
        output.ShouldBe(
            "    size  stored               left(s)  id\n"
            + $"      22  {Stored}     3600  a\\x20b\n"
            + "       5  damaged                    -  \"\n");
    }

    [Theory]
    [InlineData(40, "left(s)\nid\n", "3600\nabcd\n")]
    [InlineData(43, "left(s)  id\n", "3600\nabcd\n")]
    [InlineData(44, "left(s)  id\n", "3600  abcd\n")]
    public void An_id_that_does_not_fit_stands_below(int width, string heading, string line)
    {
        ListedSession session = new("abcd"u8.ToArray(), 22, 1700000000, 3600);

        ListVerb.HeadingOf(width).ShouldEndWith(heading);
        ListVerb.LineOf(session, new SessionTimes(1700000000, 3600, DateTimeOffset.FromUnixTimeSeconds(1700000000)), width).ShouldEndWith(line);
        ListVerb.HeadingOf(width).Split('\n').ShouldAllBe(each => each.Length <= width);
    }

    [Fact]
    public void Json_is_one_array_over_all_pages()
    {
        (_, string output) = Run(
            new ListVerb { Cache = "smtpd", Json = true }, "status|0|next|QQ==||", $"status|0|{First}{Second}next|QUI=||",
            $"status|0|{Damaged}next|||");

        output.ShouldBe(
            """
            [
              {"id": "a\\x20b", "size_bytes": 22, "stored_seconds": 1700000000, "left_seconds": 3600},
              {"id": "\\x1b[2J", "size_bytes": 1048576, "stored_seconds": 1700000001, "left_seconds": 12345678},
              {"id": "\"", "size_bytes": 5, "stored_seconds": null, "left_seconds": null}
            ]

            """);
        JsonDocument.Parse(output).Dispose();
    }

    [Theory]
    [InlineData(false, "    size  stored               left(s)  id\n")]
    [InlineData(true, "[]\n")]
    public void An_empty_cache_has_the_heading_alone(bool json, string expected) =>
        Run(new ListVerb { Cache = "smtpd", Json = json }, "status|0|next|||").ShouldBe((true, expected));

    [Theory]
    [InlineData(false, "the smtp cache is off\n")]
    [InlineData(true, "null\n")]
    public void A_cache_that_is_off_is_reported(bool json, string expected) =>
        Run(new ListVerb { Cache = "smtp", Json = json }, "status|4294967294||").ShouldBe((false, expected));

    [Fact]
    public void A_cache_that_fails_behind_a_page_ends_the_list()
    {
        string[] replies = [$"status|0|{First}next|QUI=||", "status|4294967294||"];

        (bool isDone, string text) = Run(new ListVerb { Cache = "smtpd" }, replies);
        (bool isDoneInJson, string json) = Run(new ListVerb { Cache = "smtpd", Json = true }, replies);

        (isDone, isDoneInJson).ShouldBe((false, false));
        text.ShouldEndWith("  a\\x20b\nthe smtpd cache has failed since\n");
        using JsonDocument document = JsonDocument.Parse(json);
        document.RootElement.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void The_limit_ends_the_list_and_is_requested()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire($"status|0|{First}next|QUI=||status|0|{Second}next|QUJD||"));

        Run(new ListVerb { Cache = "smtpd", Limit = ["2"] }, transport).Done.ShouldBeTrue();

        transport.Requests.ShouldBe(
        [
            "request|list|cache_type|smtpd|after||limit|2||", "request|list|cache_type|smtpd|after|QUI=|limit|1||",
        ]);
    }

    [Theory]
    [InlineData("status|0|next|QUI=||")]
    [InlineData("status|0|next|QUJD||status|0|next|QUI=||")]
    [InlineData("status|0|id|a|size|1|stored|1|left|1|next|QUI=||")]
    public void A_list_that_never_ends_is_given_up(string replies)
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire(replies)) { Repeats = true };

        Should.Throw<NoReplyException>(() => Run(new ListVerb { Cache = "smtpd" }, transport))
            .Message.ShouldBe("malformed reply from /path: next does not lie behind the position before");
        transport.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("http", "1", "no cache http: smtpd, smtp or lmtp")]
    [InlineData("smtpd", "0", "bad limit 0: 1 to 2147483647")]
    [InlineData("smtpd", "+1", "bad limit +1: 1 to 2147483647")]
    [InlineData("smtpd", "2147483648", "bad limit 2147483648: 1 to 2147483647")]
    public void Arguments_out_of_range_are_refused(string cache, string limit, string fault) =>
        Should.Throw<FatalException>(new ListVerb { Cache = cache, Limit = [limit] }.CheckArguments).Message.ShouldBe(fault);

    private static (bool Done, string Output) Run(ListVerb verb, params string[] replies) =>
        Run(verb, new ScriptedTransport(ScriptedTransport.Wire(string.Concat(replies))));

    private static (bool Done, string Output) Run(ListVerb verb, ScriptedTransport transport)
    {
        verb.CheckArguments();
        using StringWriter output = new() { NewLine = "\n" };
        using ServiceConnection connection = transport.Connect();
        return (verb.Execute(connection, output), output.ToString());
    }
}
