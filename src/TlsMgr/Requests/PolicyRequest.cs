// request=policy cache_type=L -> status, cachable, timeout: whether sessions of that type are cached, and for how many
// seconds.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Reports the caching policy for a client's sessions.</summary>
internal sealed class PolicyRequest(SessionCaches caches, RequestFaults faults)
{
    internal void Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!reader.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type))
        {
            faults.Report(reader.Fault);
            Write(RequestStatus.Fault, null, reply);
        }
        else if (!faults.TryReadEnd(ref reader))
        {
            Write(RequestStatus.Fault, null, reply);
        }
        else if (caches.Find(type) is { } cache)
        {
            Write(RequestStatus.Ok, cache, reply);
        }
        else
        {
            faults.ReportBogusCacheType(type, WireWords.Policy);
            Write(RequestStatus.Fault, null, reply);
        }
    }

    private static void Write(RequestStatus status, SessionCache? cache, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteNumber(WireWords.Cachable, cache is { IsAvailable: true } ? 1 : 0);
        reply.WriteNumber(WireWords.Timeout, cache?.TimeoutSeconds ?? 0);
        reply.WriteEnd();
    }
}
