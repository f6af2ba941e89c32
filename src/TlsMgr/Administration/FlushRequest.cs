// request=flush cache_type=L after=KEY -> status, removed, next: removes some sessions of a cache, expired or not. To
// remove all of them, a client repeats the request with next as after, until next is empty. The reply is deferred to
// the end of the turn, when the removals are committed. Status -1 while the file of the cache is examined.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Sharing;

namespace TlsMgr.Administration;

/// <summary>Removes the sessions of a cache, a step per request.</summary>
internal sealed class FlushRequest(
    SessionCaches caches, SessionSharing? sharing, ScratchMemory decoded, RequestFaults faults)
{
    /// <summary>The first number of a deferred flush reply; <see cref="DeferredReply"/> uses other ones.</summary>
    private const int FirstDeferred = 1 << 8;

    /// <summary>
    /// The maximum number of flush replies deferred in one turn: one per connection, including the one connection above
    /// the limit that is refused.
    /// </summary>
    private const int MaximumPending = ServerLimits.ControlConnections + 2;

    private readonly Pending[] _pending = new Pending[MaximumPending];
    private int _nextSlot;

    internal int Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (!reader.TryReadText(ControlWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadData(
                ControlWords.After, decoded.Take(Base64Data.DecodedLimit(messageBytes)), out ReadOnlySpan<byte> after))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader) && after.Length <= LmdbEnvironment.MaximumKeyBytes)
        {
            SessionCache? cache = caches.Find(type);
            return cache is { IsReady: true }
                ? Flush(cache, after, reply)
                : DeferredReply.WriteNow(RequestStatuses.OfUnready(cache), reply);
        }

        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    /// <summary>Writes the deferred reply of a flush; returns false for another request's.</summary>
    internal bool TryWriteDeferred(int deferred, AttributeWriter reply)
    {
        if (deferred is < FirstDeferred or >= DeferredReply.FirstHeld)
        {
            return false;
        }

        Pending pending = _pending[deferred - FirstDeferred];
        if (pending.Cache.LastTurnFailed)
        {
            DeferredReply.WriteNow(RequestStatus.Fault, reply);
            return true;
        }

        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        reply.WriteNumber(ControlWords.Removed, pending.Removed);
        reply.WriteData(ControlWords.Next, pending.Next);
        reply.WriteEnd();
        return true;
    }

    /// <summary>Removes some sessions; the removals are final after the turn's commit.</summary>
    private int Flush(SessionCache cache, ReadOnlySpan<byte> after, AttributeWriter reply)
    {
        CacheResult result = cache.FlushStep(after, out int removed, out ReadOnlySpan<byte> next);
        if (result == CacheResult.Fault)
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        sharing?.Flushed(cache);
        int slot = _nextSlot;
        _nextSlot = (_nextSlot + 1) % MaximumPending;
        _pending[slot] = new Pending(cache, removed, next.ToArray());
        return FirstDeferred + slot;
    }

    /// <summary>A reply deferred to the end of the turn.</summary>
    /// <param name="Cache">The cache that is flushed.</param>
    /// <param name="Removed">The number of sessions removed by this step.</param>
    /// <param name="Next">The position from which the next step continues; empty at the end.</param>
    private readonly record struct Pending(SessionCache Cache, int Removed, byte[] Next);
}
