// request=flush cache_type=L after=KEY -> status, removed, next: removes some sessions of a cache, whatever their age.
// Who wants all of them goes on with next until it is empty.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Serving;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Empties a cache, a step at a time.</summary>
internal sealed class FlushRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    /// <summary>The first deferred reply of a flush; smaller ones belong to <see cref="DeferredReply"/>.</summary>
    private const int FirstDeferred = 1 << 8;

    /// <summary>
    /// Replies that can be deferred in one turn: a connection has one at a time, and one connection besides is refused.
    /// </summary>
    private const int MostPending = ServerLimits.ControlConnections + 1;

    private readonly Pending[] _pending = new Pending[MostPending];
    private int _nextSlot;

    internal int Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (!reader.TryReadText(ControlWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadData(
                ControlWords.After, decoded.Take(Base64Data.DecodedLimit(messageBytes)), out ReadOnlySpan<byte> after))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader) && after.Length <= LightningEnvironment.MaximumKeyBytes)
        {
            if (caches.Find(type) is { IsAvailable: true } cache)
            {
                return Flush(cache, after, reply);
            }
        }

        return DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    /// <summary>Writes the deferred reply of a flush; false when it is that of another request.</summary>
    internal bool TryWriteDeferred(int deferred, AttributeWriter reply)
    {
        if (deferred < FirstDeferred)
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

    /// <summary>Removes some sessions. How many are gone is known when the turn has committed that.</summary>
    private int Flush(SessionCache cache, ReadOnlySpan<byte> after, AttributeWriter reply)
    {
        CacheAnswer answer = cache.FlushStep(after, out int removed, out ReadOnlySpan<byte> next);
        if (answer == CacheAnswer.Fault)
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        int slot = _nextSlot;
        _nextSlot = (_nextSlot + 1) % MostPending;
        _pending[slot] = new Pending(cache, removed, next.ToArray());
        return FirstDeferred + slot;
    }

    /// <summary>A reply that waits for the end of the turn.</summary>
    /// <param name="Cache">The cache that is flushed.</param>
    /// <param name="Removed">How many sessions this step removed.</param>
    /// <param name="Next">Where the next step goes on; empty for the end.</param>
    private readonly record struct Pending(SessionCache Cache, int Removed, byte[] Next);
}
