using System;
using System.Linq;
using Shouldly;
using TlsMgr.Tests.Memory;
using TlsMgr.Tests.Protocol;
using TlsMgr.Tests.Server;
using Xunit;

namespace TlsMgr.Tests.Requests;

/// <summary>Requests beyond the recordings: failing randomness, disabled tickets, expiry, allocations.</summary>
public sealed class RequestTests
{
    private const string NotFound = "status|4294967295|session|||";

    /// <summary>
    /// A message larger than the scratch memory uses memory from the kernel, twice: for its assembly and for its
    /// decoding. Only the objects that own this memory are allocated in the collector's heap.
    /// </summary>
    private const long LargeMessageBytes = 2 * 32;

    private static bool FailingKernel(Span<byte> buffer)
    {
        buffer.Clear();
        return false;
    }

    [Fact]
    public void Without_random_bytes_seeds_and_new_keys_are_faults_and_hold_no_data()
    {
        using ServiceRig rig = new(FailingKernel);

        rig.Ask("request|seed|size|32||").ShouldBe("status|4294967295|seed|||");
        rig.Ask("request|tktkey|keyname|||").ShouldBe("status|4294967294|keybuf|||");
    }

    [Fact]
    public void A_timeout_of_zero_for_smtpd_disables_tickets()
    {
        using ServiceRig rig = new(smtpdTimeoutSeconds: 0);

        rig.Ask("request|tktkey|keyname|||").ShouldBe("status|4294967295|keybuf|||");
        rig.Ask("request|tktkey|keyname|MDEyMzQ1Njc4OWFiY2RlZg==||")
            .ShouldBe("status|4294967295|keybuf|MDEyMzQ1Njc4OWFiY2RlZg==||");
        rig.Ask("request|policy|cache_type|smtpd||").ShouldBe("status|0|cachable|0|timeout|0||");
        rig.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe("status|4294967294|session|||");
    }

    [Fact]
    public void A_session_expires()
    {
        using ServiceRig rig = new();
        rig.Ask("request|update|cache_type|smtp|cache_id|x|session|QUJD||").ShouldBe("status|0||");

        rig.Clock.Advance(TimeSpan.FromSeconds(120));
        rig.Ask("request|lookup|cache_type|smtp|cache_id|x||").ShouldBe("status|0|session|QUJD||");
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Ask("request|lookup|cache_type|smtp|cache_id|x||").ShouldBe(NotFound);
        rig.Ask("request|delete|cache_type|smtp|cache_id|x||").ShouldBe("status|4294967295||");
    }

    [Fact]
    public void A_fault_shows_no_data_of_another_client()
    {
        using ServiceRig rig = new();
        string key = rig.Ask("request|tktkey|keyname|||").Split('|')[3];
        key.Length.ShouldBe(120);

        foreach (string faulty in new[]
        {
            "request|seed|size|0x10||", "request|seed|size|0||", "request|seed||", "request|tktkey||",
            "request|tktkey|keyname|!!!!||", "request|tktkey|keyname|aw==||", "request|lookup||",
            "request|lookup|cache_type|bogus|cache_id|x||", "request|update|cache_type|smtpd|cache_id|x|session|Q||",
        })
        {
            rig.Ask(faulty).ShouldNotContain(key[..16], customMessage: faulty);
        }
    }

    [Fact]
    public void Sessions_and_ids_of_the_promised_size_work()
    {
        using ServiceRig rig = new();
        string id = new('i', 100 * 1024);
        string session = Convert.ToBase64String(Enumerable.Repeat((byte)'z', 1024 * 1024).ToArray());

        rig.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|{session}||").ShouldBe("status|0||");
        rig.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}||").ShouldBe($"status|0|session|{session}||");
        rig.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}x||").ShouldBe(NotFound);
    }

    [Fact]
    public void Before_Postfix_3_6_there_is_no_greeting()
    {
        using ServiceRig rig = new(announcesProtocol: false);
        using ScriptedClient client = rig.Connect();

        client.Conversation.Greet();

        client.TakeBytes().ShouldBeEmpty();
    }

    [Fact]
    public void With_v_attributes_are_logged_without_their_data()
    {
        using ServiceRig verbose = new(verbosity: 1);

        verbose.Ask("request|update|cache_type|smtpd|cache_id|x|session|U0VDUkVU||");

        verbose.Records.ShouldContain("tlsmgr socket: input attribute value: smtpd");
        verbose.Records.ShouldContain("tlsmgr socket: input attribute value: [data 8 characters]");
        verbose.Records.ShouldNotContain(record => record.Contains("U0VDUkVU", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("request|update|cache_type|smtpd|cache_id|x|Session|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU||")]
    [InlineData("request|update|cache_type|smtpd|cache_id|x|session|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU?||")]
    [InlineData("request|update|cache_type|smtpd|cache_id|x|session|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU|more|x||")]
    [InlineData("request|tktkey|keyname|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU||")]
    [InlineData("request|update|cache_type|smtpd|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VD|x||")]
    [InlineData("request|update|cache_type|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VD|cache_id|x|session|QUJD||")]
    [InlineData("request|seed|size|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VD||")]
    [InlineData("request|lookup|cache_type|smtpd|session|U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU||")]
    public void Data_of_a_faulty_request_is_not_logged(string request)
    {
        using ServiceRig verbose = new(verbosity: 2);

        verbose.Ask(request);

        verbose.Records.ShouldNotContain(record => record.Contains("U0VDUkVU", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("request|seed|size|32||")]
    [InlineData("request|policy|cache_type|smtpd||")]
    [InlineData("request|lookup|cache_type|lmtp|cache_id|x||")]
    [InlineData("request|tktkey|keyname|||")]
    [InlineData("request|delete|cache_type|smtpd|cache_id|nothing||")]
    [InlineData("request|lookup|cache_type|smtpd|cache_id|stored||")]
    [InlineData("request|lookup|cache_type|smtpd|cache_id|missing||")]
    [InlineData("request|update|cache_type|smtpd|cache_id|stored|session|QUJDQUJDQUJD||")]
    public void A_request_allocates_nothing(string request)
    {
        using ServiceRig rig = new(logLevel: "0");
        rig.Ask("request|update|cache_type|smtpd|cache_id|stored|session|QUJD||");

        MeasureAllocated(rig, request).ShouldBe(0);
    }

    [Theory]
    [InlineData(1500, 0)]
    [InlineData(5000, 0)]
    [InlineData(20_000, LargeMessageBytes)]
    public void A_session_of_any_size_allocates_at_most_the_owners_of_its_memory(int sessionBytes, long updateBytes)
    {
        using ServiceRig rig = new(logLevel: "0");
        string session = Convert.ToBase64String(new byte[sessionBytes]);

        MeasureAllocated(rig, $"request|update|cache_type|smtpd|cache_id|x|session|{session}||")
            .ShouldBe(AllocatedBytes.TimesPerBatch * updateBytes);
        MeasureAllocated(rig, "request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe(0);
    }

    private static long MeasureAllocated(ServiceRig rig, string request)
    {
        using ScriptedClient client = rig.Connect();
        byte[] bytes = Wire.Bytes(request);
        return AllocatedBytes.PerBatch(() => client.Exchange(bytes, times: 1));
    }
}
