using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Administration;
using TlsMgr.Sessions;
using TlsMgr.Tests.Requests;
using TlsMgr.Tests.Server;
using Xunit;

namespace TlsMgr.Tests.Administration;

/// <summary>The requests of the control socket, without the socket.</summary>
public sealed class ControlRequestTests : IDisposable
{
    private const string Fault = "status|4294967294||";
    private const string Secret = "U0VDUkVUU0VTU0lPTg==";

    private readonly ServiceRig _rig = new(logLevel: "0", hasLmtpCache: true, smtpTimeoutSeconds: 0);
    private readonly ControlDispatcher _control;

    public ControlRequestTests() => _control = _rig.CreateControl();

    public void Dispose()
    {
        _control.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void A_list_comes_in_pages_of_bounded_size_and_holds_no_session()
    {
        string[] ids = Store("smtpd", 300);
        List<string> listed = [];
        int pages = 0;
        for (string after = ""; pages == 0 || after.Length > 0; pages++)
        {
            string reply = Ask($"request|list|cache_type|smtpd|after|{after}|limit|1000||");
            reply.ShouldNotContain(Secret[..8]);
            reply.ShouldNotContain("SECRET");
            string[] words = reply.Split('|');
            string[] page = [.. ValuesOf(words, "id")];
            page.Length.ShouldBeLessThanOrEqualTo(CacheLimits.PageEntries);
            ValuesOf(words, "size").ShouldAllBe(size => size == "13");
            ValuesOf(words, "left").ShouldAllBe(left => left == "3600");
            listed.AddRange(page);
            after = ValuesOf(words, "next").Single();
        }

        listed.ShouldBe(ids.Order(StringComparer.Ordinal));
        pages.ShouldBe(3);
    }

    [Fact]
    public void A_list_is_bounded_by_its_limit_and_by_the_bytes_of_its_ids()
    {
        Store("smtpd", 5);
        ValuesOf(Ask("request|list|cache_type|smtpd|after||limit|2||").Split('|'), "id").Count().ShouldBe(2);

        string longId = new('x', 50_000);
        foreach (char last in "abc")
        {
            _rig.Ask($"request|update|cache_type|lmtp|cache_id|{longId}{last}|session|{Secret}||");
        }

        string[] words = Ask("request|list|cache_type|lmtp|after||limit|1000||").Split('|');
        ValuesOf(words, "id").Count().ShouldBe(2);
        ValuesOf(words, "id").ShouldAllBe(id => id.StartsWith(longId));
        ValuesOf(words, "size").ShouldAllBe(size => size == "13");
        string next = ValuesOf(words, "next").Single();
        words = Ask($"request|list|cache_type|lmtp|after|{next}|limit|1000||").Split('|');
        ValuesOf(words, "id").Count().ShouldBe(1);
        ValuesOf(words, "next").ShouldBe([""]);
    }

    [Fact]
    public void An_expired_session_is_not_listed()
    {
        Store("smtpd", 1);
        _rig.Clock.Advance(TimeSpan.FromSeconds(3600));
        Ask("request|list|cache_type|smtpd|after||limit|9||").ShouldContain("|left|0|");
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Ask("request|list|cache_type|smtpd|after||limit|9||").ShouldBe("status|0|next|||");
    }

    [Fact]
    public void A_flush_removes_everything_in_bounded_steps()
    {
        Store("smtpd", 100);
        Store("lmtp", 3);
        long removed = 0;
        int steps = 0;
        for (string after = ""; steps == 0 || after.Length > 0; steps++)
        {
            string[] words = Ask($"request|flush|cache_type|smtpd|after|{after}||").Split('|');
            int count = int.Parse(ValuesOf(words, "removed").Single());
            count.ShouldBeLessThanOrEqualTo(CacheLimits.SweepStepRemovals);
            removed += count;
            after = ValuesOf(words, "next").Single();
        }

        (removed, steps).ShouldBe((100, 4));
        Ask("request|list|cache_type|smtpd|after||limit|9||").ShouldBe("status|0|next|||");
        _rig.Caches.Find("smtpd"u8)!.Counters.List().ShouldContain(new KeyValuePair<string, long>("deletes", 100));
        _rig.Caches.Find("lmtp"u8)!.Figures.Entries.ShouldBe(3);
        _rig.Caches.EndTurn();
    }

    [Fact]
    public void A_session_is_deleted_at_the_end_of_the_turn()
    {
        Store("smtpd", 1);

        Ask("request|delete|cache_type|smtpd|cache_id|0||").ShouldBe("status|0||");
        Ask("request|delete|cache_type|smtpd|cache_id|0||").ShouldBe("status|4294967295||");
    }

    [Fact]
    public void Ticket_keys_are_listed_with_names_and_times_only()
    {
        string keyBuffer = _rig.Ask("request|tktkey|keyname|||").Split('|')[3];
        byte[] bytes = Convert.FromBase64String(keyBuffer);

        string reply = Ask("request|keys||");

        reply.ShouldBe(
            $"status|0|name|{Convert.ToHexStringLower(bytes[..16])}|state|current|encrypts|1799|decrypts|3599||");
        Ask("request|rotate||").ShouldBe("status|0||");
        ValuesOf(Ask("request|keys||").Split('|'), "state").ShouldBe(["current", "previous"]);
        _rig.Ask("request|tktkey|keyname|||").ShouldNotContain(keyBuffer[..16]);
    }

    [Fact]
    public void Statistics_cover_the_service_and_the_enabled_caches()
    {
        Store("smtpd", 2);
        _rig.Clock.Advance(TimeSpan.FromSeconds(77));

        string[] words = Ask("request|stats||").Split('|');

        words[..4].ShouldBe(["status", "0", "uptime.seconds", "77"]);
        ValuesOf(words, "requests.update").ShouldBe(["2"]);
        ValuesOf(words, "cache.smtpd.entries").ShouldBe(["2"]);
        ValuesOf(words, "cache.lmtp.entries").ShouldBe(["0"]);
        ValuesOf(words, "cache.smtp.entries").ShouldBeEmpty("it is off");
    }

    [Fact]
    public void Statistics_tell_what_is_used_of_a_cache_and_which_keys_were_refused()
    {
        Store("smtpd", 2);
        _rig.Ask("request|tktkey|keyname|||");
        _rig.Ask($"request|tktkey|keyname|{Convert.ToBase64String(new byte[16])}||");

        string[] words = Ask("request|stats||").Split('|');

        string[] names = ["size", "used", "free"];
        long[] bytes = [.. names.Select(name => long.Parse(ValuesOf(words, $"cache.smtpd.{name}").Single()))];
        bytes.ShouldAllBe(value => value > 0 && value % 4096 == 0);
        bytes[0].ShouldBe(bytes[1] + bytes[2]);
        ValuesOf(words, "cache.smtpd.limit").ShouldBe(["4294967296"], "there is no size limit");
        ValuesOf(words, "keys.issued").ShouldBe(["1"]);
        ValuesOf(words, "keys.refused").ShouldBe(["1"]);
    }

    [Fact]
    public void A_lookup_by_the_benchmark_is_a_request_but_none_of_the_cache()
    {
        _rig.Ask("request|lookup|cache_type|smtpd|cache_id|tlsmgrctl&bench||").ShouldStartWith("status|4294967295|");
        _rig.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldStartWith("status|4294967295|");

        string[] words = Ask("request|stats||").Split('|');

        ValuesOf(words, "requests.lookup").ShouldBe(["2"]);
        ValuesOf(words, "cache.smtpd.lookups").ShouldBe(["1"]);
    }

    [Fact]
    public void Info_has_the_facts_of_the_daemon_and_the_state_of_each_configured_cache()
    {
        string directory = Path.GetDirectoryName(_rig.Caches.Find("smtpd"u8)!.DatabasePath)!;

        Ask("request|info||").ShouldBe(
            "status|0|version|1.2.3|sandbox|off: a?reason|ticket_keys_kept|off: they end with this process|"
            + "pool||pool_fault||"
            + $"cache.smtpd.state|on|cache.smtpd.reason||cache.smtpd.database|{directory}/smtpd.lmdb|"
            + "cache.smtpd.timeout|3600|"
            + "cache.smtp.state|off|cache.smtp.reason|smtp_tls_session_cache_timeout is 0|"
            + $"cache.smtp.database|{directory}/smtp.lmdb|cache.smtp.timeout|0||");
    }

    [Theory]
    [InlineData("request|bogus||", null)]
    [InlineData("bogus|stats||", "unexpected attribute bogus from tlsmgr control socket (expecting: request)")]
    [InlineData("request|list||", "missing attribute cache_type in input from tlsmgr control socket")]
    [InlineData("request|list|cache_type|smtp|after||limit|1||", null)]
    [InlineData("request|list|cache_type|http|after||limit|1||", null)]
    [InlineData("request|list|cache_type|smtpd|after|?|limit|1||",
        "malformed base64 data from tlsmgr control socket while reading input attribute value: ?")]
    [InlineData("request|list|cache_type|smtpd|after||limit|x||",
        "malformed numerical data from tlsmgr control socket while reading input attribute value: x")]
    [InlineData("request|flush||", "missing attribute cache_type in input from tlsmgr control socket")]
    [InlineData("request|flush|cache_type|smtp|after|||", null)]
    [InlineData("request|delete||", "missing attribute cache_type in input from tlsmgr control socket")]
    [InlineData("request|delete|cache_type|http|cache_id|x||", "bogus cache type \"http\" in \"delete\" request")]
    public void A_fault_is_replied_to_and_logged(string request, string? warning)
    {
        Ask(request).ShouldBe(Fault);

        _rig.Records.ShouldBe(warning is null ? [] : [$"warning: {warning}"]);
    }

    [Fact]
    public void A_position_longer_than_any_key_is_a_fault_without_effect_on_the_cache()
    {
        string tooLong = Convert.ToBase64String(new byte[512]);
        Ask($"request|list|cache_type|smtpd|after|{tooLong}|limit|1||").ShouldBe(Fault);
        Ask($"request|flush|cache_type|smtpd|after|{tooLong}||").ShouldBe(Fault);

        _rig.Records.ShouldBeEmpty();
    }

    [Fact]
    public void A_rotation_for_now_leaves_a_single_key()
    {
        _rig.Ask("request|tktkey|keyname|||");
        Ask("request|rotate||").ShouldBe("status|0||");

        Ask("request|rotate_now||").ShouldBe("status|0||");

        ValuesOf(Ask("request|keys||").Split('|'), "state").ShouldBe(["current"]);
    }

    [Fact]
    public void Without_tickets_a_rotation_is_an_error()
    {
        using ServiceRig rig = new(smtpdTimeoutSeconds: 0);
        using ControlDispatcher control = rig.CreateControl();
        using ScriptedClient client = new(control);

        client.Send("request|rotate||").ShouldBe("status|4294967295||");
        client.Send("request|keys||").ShouldBe("status|0||");
    }

    private string[] Store(string cache, int count)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(i => i.ToString())];
        foreach (string id in ids)
        {
            _rig.Ask($"request|update|cache_type|{cache}|cache_id|{id}|session|{Secret}||").ShouldBe("status|0||");
        }

        return ids;
    }

    private string Ask(string request)
    {
        using ScriptedClient client = new(_control);
        return client.Send(request);
    }

    private static IEnumerable<string> ValuesOf(string[] words, string name) =>
        words.Index().Where(word => word.Item == name && word.Index % 2 == 0).Select(word => words[word.Index + 1]);
}
