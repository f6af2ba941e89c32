// request=list cache_type=L after=KEY limit=N -> status, then id, size, stored and left of each session, then next: a
// page of a cache's sessions. The reply contains no session data.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Serving;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Lists the sessions of a cache, a page per request.</summary>
internal sealed class ListRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    internal int Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (!reader.TryReadText(ControlWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadData(
                ControlWords.After, decoded.Take(Base64Data.DecodedLimit(messageBytes)), out ReadOnlySpan<byte> after)
            || !reader.TryReadNumber(ControlWords.Limit, out uint limit))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader) && after.Length <= LmdbEnvironment.MaximumKeyBytes)
        {
            if (caches.Find(type) is { IsAvailable: true } cache)
            {
                WritePage(cache, after, limit, reply);
                return 0;
            }
        }

        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    private static void WritePage(SessionCache cache, ReadOnlySpan<byte> after, uint limit, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        using SessionPage page = cache.OpenPage(after);
        int entries = 0;
        int idBytes = 0;
        bool isFull = false;
        while (!isFull && page.MoveNext())
        {
            if (page.IsValid)
            {
                reply.WriteText(ControlWords.Id, page.Id);
                reply.WriteNumber(ControlWords.Size, page.SizeBytes);
                reply.WriteLong(ControlWords.Stored, page.TimeSeconds);
                reply.WriteLong(ControlWords.Left, cache.RemainingSeconds(page.TimeSeconds));
                idBytes += page.Id.Length;
            }

            entries++;
            isFull = entries >= uint.Min(limit, CacheLimits.PageEntries) || idBytes > ServerLimits.UnsentReplyBytes;
        }

        reply.WriteData(ControlWords.Next, isFull ? page.Key : default);
        reply.WriteEnd();
    }
}
