// request=lookup cache_type=L cache_id=ID -> status, session: the session stored under that id.
//
// What becomes of a lookup that finds nothing is a type argument: without sharing, the compiler leaves it out, and a
// lookup has no instruction more.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Looks a session up.</summary>
/// <typeparam name="TMissHandler">Decides about lookups that find nothing.</typeparam>
internal sealed class LookupRequest<TMissHandler>(SessionCaches caches, TMissHandler misses, RequestFaults faults)
    where TMissHandler : struct, IMissHandler
{
    /// <summary>Serves one request.</summary>
    /// <returns>A deferred reply of the handler of misses; 0 when the reply is written.</returns>
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
                if (result == CacheResult.NotFound)
                {
                    if (id.SequenceEqual(WireWords.BenchmarkId))
                    {
                        cache.Counters.Count(CacheEvent.Lookups, -1);
                    }
                    else if (misses.OnMiss(cache, id) is not 0 and var deferred)
                    {
                        return deferred;
                    }
                }
            }
            else
            {
                faults.ReportBogusCacheType(type, WireWords.Lookup);
            }
        }

        LookupReply.Write(status, session, reply);
        return 0;
    }
}
