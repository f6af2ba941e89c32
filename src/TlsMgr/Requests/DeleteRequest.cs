// request=delete cache_type=L cache_id=ID -> status: removes a session. The reply is deferred to the end of the turn,
// when all changes of the turn are committed together.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Removes a session.</summary>
internal sealed class DeleteRequest(SessionCaches caches, RequestFaults faults)
{
    /// <summary>Serves one request.</summary>
    /// <returns>A deferred reply for <see cref="DeferredReply.Write"/>; 0 when the reply is written.</returns>
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
