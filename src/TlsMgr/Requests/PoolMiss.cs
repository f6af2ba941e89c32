// The lookup of a cache whose sessions other hosts may have: one that misses is asked for, and its reply is deferred.

using System;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Asks the pool for what is not found here.</summary>
/// <param name="sharing">Shares the sessions.</param>
internal readonly struct PoolMiss(SessionSharing sharing) : IMissHandler
{
    /// <inheritdoc/>
    public int OnMiss(SessionCache cache, ReadOnlySpan<byte> id) => sharing.Ask(cache, id);

    /// <summary>Writes a deferred reply; false while the pool is waited for.</summary>
    internal static bool TryWriteReply(
        SessionCaches caches, SessionSharing sharing, int deferred, AttributeWriter reply)
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

        LookupReply.Write(RequestStatuses.Of(result), session, reply);
        return true;
    }
}
