// The lookup of a cache whose sessions other hosts may have: one that misses is asked for, and its reply is deferred.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Looks a session up, here and then in the pool.</summary>
internal sealed class SharedLookupRequest(SessionCaches caches, SessionSharing sharing, RequestFaults faults)
{
    /// <summary>Serves one request.</summary>
    /// <returns>A deferred reply for <see cref="TryWriteReply"/>; 0 when the reply is written.</returns>
    internal int Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        ReadOnlySpan<byte> session = default;
        RequestStatus status = RequestStatus.Fault;
        if (!reader.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadText(WireWords.CacheId, out ReadOnlySpan<byte> id))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader))
        {
            if (caches.Find(type) is { } cache)
            {
                CacheResult result = cache.Lookup(id, out session);
                status = RequestStatuses.Of(result);
                if (result == CacheResult.NotFound && Miss(cache, id) is not 0 and var deferred)
                {
                    return deferred;
                }
            }
            else
            {
                faults.ReportBogusCacheType(type, WireWords.Lookup);
            }
        }

        WriteReply(status, session, reply);
        return 0;
    }

    /// <summary>Writes a deferred reply; false while the pool is waited for.</summary>
    internal bool TryWriteReply(int deferred, AttributeWriter reply)
    {
        if (!sharing.TryEnd(deferred, out bool isStored, out int index, out byte[] id))
        {
            return false;
        }

        ReadOnlySpan<byte> session = default;
        CacheResult result = CacheResult.NotFound;
        if (isStored)
        {
            // The client has asked once.
            result = caches[index].Lookup(id, out session);
            caches[index].Counters.Count(CacheEvent.Lookups, -1);
        }

        WriteReply(RequestStatuses.Of(result), session, reply);
        return true;
    }

    private static void WriteReply(RequestStatus status, ReadOnlySpan<byte> session, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.Session, session);
        reply.WriteEnd();
    }

    private int Miss(SessionCache cache, ReadOnlySpan<byte> id)
    {
        if (!id.SequenceEqual(WireWords.BenchmarkId))
        {
            return sharing.Ask(cache, id);
        }

        cache.Counters.Count(CacheEvent.Lookups, -1);
        return 0;
    }
}
