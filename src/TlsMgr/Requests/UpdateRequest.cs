// request=update cache_type=L cache_id=ID session=DATA -> status: keeps a session. The reply waits for the end of the
// turn, when all changes of the turn are made final together.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Serving;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Keeps a session.</summary>
internal sealed class UpdateRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    /// <summary>
    /// Serves, and answers what <see cref="DeferredReply"/> needs to reply, or 0 when the reply is written.
    /// </summary>
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
