// request=update cache_type=L cache_id=ID session=DATA -> status: stores a session. The reply is deferred to the end of
// the turn, when all changes of the turn are committed together.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Stores a session.</summary>
internal sealed class UpdateRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    /// <summary>Serves one request.</summary>
    /// <returns>A deferred reply for <see cref="DeferredReply.Write"/>; 0 when the reply is written.</returns>
    internal int Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (!reader.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadText(WireWords.CacheId, out ReadOnlySpan<byte> id)
            || !reader.TryReadData(
                WireWords.Session, decoded.Take(Base64Data.DecodedLimit(messageBytes)),
                out ReadOnlySpan<byte> session))
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
            return DeferredReply.For(cache, cache.Store(id, session), reply);
        }

        faults.ReportBogusCacheType(type, WireWords.Update);
        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }
}
