// request=list cache_type=L after=KEY limit=N -> status, then id, size, stored and left of each session, then next: a
// page of a cache's sessions. The reply contains no session data. A damaged entry is listed once, with stored and left
// -1, and removed. Status -1 while the file of the cache is examined.

using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Lists the sessions of a cache, a page per request.</summary>
internal sealed class ListRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    /// <summary>The times of a damaged entry: no session has them.</summary>
    private const long NoTime = -1;

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
            SessionCache? cache = caches.Find(type);
            if (cache is not { IsReady: true })
            {
                return DeferredReply.WriteNow(RequestStatuses.OfUnready(cache), reply);
            }

            WritePage(cache, after, limit, reply);
            return 0;
        }

        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    private static void WritePage(SessionCache cache, ReadOnlySpan<byte> after, uint limit, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        List<byte[]> damaged = [];
        using (SessionPage page = cache.OpenPage(after))
        {
            bool isFull = false;
            PageSize size = default;
            while (!isFull && page.MoveNext())
            {
                if (page.IsValid || page.IsDamaged)
                {
                    reply.WriteText(ControlWords.Id, page.Id);
                    reply.WriteNumber(ControlWords.Size, page.SizeBytes);
                    reply.WriteLong(ControlWords.Stored, page.IsDamaged ? NoTime : page.TimeSeconds);
                    reply.WriteLong(
                        ControlWords.Left, page.IsDamaged ? NoTime : cache.RemainingSeconds(page.TimeSeconds));
                    size.IdBytes += page.Id.Length;
                }

                if (page.IsDamaged)
                {
                    damaged.Add(page.Key.ToArray());
                }

                size.Entries++;
                size.EntryBytes += page.EntryBytes;
                isFull = size.Entries >= limit || size.IsMaximum || damaged.Count >= CacheLimits.SweepStepRemovals;
            }

            reply.WriteData(ControlWords.Next, isFull ? page.Key : default);
            reply.WriteEnd();
        }

        foreach (byte[] key in damaged)
        {
            cache.RemoveDamaged(key);
        }
    }

    /// <summary>What a page holds, for its limits.</summary>
    private struct PageSize
    {
        internal int Entries;
        internal int IdBytes;
        internal long EntryBytes;

        internal readonly bool IsMaximum => Entries >= CacheLimits.PageEntries
            || EntryBytes >= CacheLimits.PageBytes || IdBytes > ServerLimits.UnsentReplyBytes;
    }
}
