// request=delete cache_type=L cache_id=ID -> status: forgets a session. The reply waits for the end of the turn, when
// all changes of the turn are made final together.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Serving;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Forgets a session.</summary>
internal sealed class DeleteRequest(SessionCaches caches, RequestFaults faults)
{
    /// <summary>
    /// Serves, and answers what <see cref="DeferredReply"/> needs to reply, or 0 when the reply is written.
    /// </summary>
    internal int Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!reader.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadText(WireWords.CacheId, out ReadOnlySpan<byte> id))
        {
            faults.Report(reader.Fault);
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        if (caches.Find(type) is { } cache)
        {
            return DeferredReply.For(cache, cache.Delete(id), reply);
        }

        faults.ReportBogusCacheType(type, WireWords.Delete);
        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }
}
