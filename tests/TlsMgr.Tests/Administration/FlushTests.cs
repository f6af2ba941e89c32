using System;
using System.Buffers;
using System.Text;
using Shouldly;
using TlsMgr.Administration;
using TlsMgr.Tests.Protocol;
using TlsMgr.Tests.Requests;
using TlsMgr.Tests.Sessions;
using Xunit;

namespace TlsMgr.Tests.Administration;

/// <summary>A flush commits with its turn, like every other request.</summary>
// A limit on the size of files is one of the complete process.
[Collection(AloneCollection.Name)]
public sealed class FlushTests : IDisposable
{
    private const string Fault = "status|4294967294||";
    private const string Delete = "request|delete|cache_type|smtpd|cache_id|a||";
    private const string Flush = "request|flush|cache_type|lmtp|after|||";

    private readonly ServiceRig _rig = new(logLevel: "0", hasLmtpCache: true);
    private readonly ControlDispatcher _control;

    public FlushTests()
    {
        _control = _rig.CreateControl();
        foreach (string cache in (string[])["smtpd", "lmtp"])
        {
            _rig.Ask($"request|update|cache_type|{cache}|cache_id|a|session|QUJD||").ShouldBe("status|0||");
        }
    }

    public void Dispose()
    {
        _control.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void A_flush_and_a_delete_in_one_turn_both_report_that_the_commit_failed()
    {
        int delete;
        int flush;
        using (new FileSizeLimit(0))
        {
            delete = Serve(Delete);
            flush = Serve(Flush);
            _control.EndTurn();
        }

        (Deferred(delete), Deferred(flush)).ShouldBe((Fault, Fault));
        _rig.Ask("request|lookup|cache_type|smtpd|cache_id|a||").ShouldStartWith("status|0|");
        _rig.Ask("request|lookup|cache_type|lmtp|cache_id|a||").ShouldStartWith("status|0|");
    }

    [Fact]
    public void Two_flushes_in_one_turn_have_a_reply_each()
    {
        int[] flushes = [Serve(Flush), Serve(Delete), Serve(Flush)];
        _control.EndTurn();

        Deferred(flushes[2]).ShouldBe("status|0|removed|0|next|||");
        Deferred(flushes[1]).ShouldBe("status|0||");
        Deferred(flushes[0]).ShouldBe("status|0|removed|1|next|||");
    }

    private int Serve(string message)
    {
        ArrayBufferWriter<byte> reply = new();
        int deferred = _control.Serve(Wire.Bytes(message), reply);
        (deferred, reply.WrittenCount).ShouldBe((deferred == 0 ? -1 : deferred, 0), "the reply is deferred");
        return deferred;
    }

    private string Deferred(int deferred)
    {
        ArrayBufferWriter<byte> reply = new();
        _control.WriteDeferredReply(deferred, reply).ShouldBeTrue();
        return Encoding.Latin1.GetString(reply.WrittenSpan).Replace('\0', '|');
    }
}
