// request=lookup cache_type=L cache_id=ID -> status, session: the session stored under that id.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Looks a session up.</summary>
internal sealed class LookupRequest(SessionCaches caches, RequestFaults faults)
{
    internal void Serve(ref AttributeReader reader, AttributeWriter reply)
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
                if (result == CacheResult.NotFound && id.SequenceEqual(WireWords.BenchmarkId))
                {
                    cache.Counters.Count(CacheEvent.Lookups, -1);
                }
            }
            else
            {
                faults.ReportBogusCacheType(type, WireWords.Lookup);
            }
        }

        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.Session, session);
        reply.WriteEnd();
    }
}
