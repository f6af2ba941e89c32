// The service where sessions are shared: what is looked up, stored or removed concerns the pool, too. A class of its
// own, so that without sharing a request takes no step more.

using System;
using System.Buffers;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Random;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Requests;

/// <summary>Serves the requests of tlsmgr(8), and shares sessions.</summary>
public sealed class SharingRequestDispatcher : RequestDispatcher, IRequestService
{
    private readonly SessionSharing _sharing;
    private readonly LookupRequest<PoolMiss> _lookup;

    /// <summary>Creates the verbs.</summary>
    /// <param name="sharing">Shares the sessions.</param>
    /// <param name="pool">The source of random bytes.</param>
    /// <param name="keys">The ticket keys.</param>
    /// <param name="layout">The layout of a ticket key in the clients' Postfix version.</param>
    /// <param name="caches">The session caches.</param>
    /// <param name="announcesProtocol">See <see cref="RequestDispatcher"/>.</param>
    /// <param name="counters">Counts requests, faults, seeds and ticket keys.</param>
    /// <param name="log">Receives the warnings.</param>
    /// <param name="timers">Timers of the event loop.</param>
    /// <param name="peer">The name of a client in the log.</param>
    public SharingRequestDispatcher(
        SessionSharing sharing, RandomPool pool, TicketKeys keys, TicketKeyLayout layout, SessionCaches caches,
        bool announcesProtocol, ServiceCounters counters, Log log, TimerQueue timers, string peer)
        : base(pool, keys, layout, caches, announcesProtocol, counters, log, timers, peer)
    {
        _sharing = sharing;
        _lookup = new LookupRequest<PoolMiss>(caches, new PoolMiss(sharing), Faults);
    }

    /// <inheritdoc/>
    public override bool WriteDeferredReply(int deferred, IBufferWriter<byte> reply) =>
        deferred >= HeldLookups.FirstDeferred
            ? PoolMiss.TryWriteReply(Caches, _sharing, deferred, new AttributeWriter(reply))
            : base.WriteDeferredReply(deferred, reply);

    void IRequestService.Hold(int deferred, ReplyHold hold)
    {
        if (deferred >= HeldLookups.FirstDeferred)
        {
            _sharing.Hold(deferred, hold);
        }
    }

    void IRequestService.GiveUp(int deferred)
    {
        if (deferred >= HeldLookups.FirstDeferred)
        {
            _sharing.GiveUp(deferred);
        }
    }

    private protected override int Serve(
        ReadOnlySpan<byte> request, ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (request.SequenceEqual(WireWords.Lookup))
        {
            Requests.Count(RequestVerb.Lookup);
            return _lookup.Serve(ref reader, reply);
        }

        AttributeReader attributes = reader;
        int deferred = base.Serve(request, ref reader, messageBytes, reply);
        if (request.SequenceEqual(WireWords.Update))
        {
            Share(attributes, messageBytes, isStored: deferred != 0);
        }
        else if (request.SequenceEqual(WireWords.Delete))
        {
            Remove(attributes);
        }

        return deferred;
    }

    private void Share(AttributeReader attributes, int messageBytes, bool isStored)
    {
        if (isStored && attributes.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type)
            && attributes.TryReadText(WireWords.CacheId, out ReadOnlySpan<byte> id)
            && attributes.TryReadData(
                WireWords.Session, Decoded.Take(Base64Data.DecodedLimit(messageBytes)),
                out ReadOnlySpan<byte> session)
            && Caches.Find(type) is { } cache)
        {
            _sharing.Stored(cache, id, session);
        }
    }

    private void Remove(AttributeReader attributes)
    {
        if (attributes.TryReadText(WireWords.CacheType, out ReadOnlySpan<byte> type)
            && attributes.TryReadText(WireWords.CacheId, out ReadOnlySpan<byte> id)
            && attributes.TryReadEnd() && Caches.Find(type) is { } cache)
        {
            _sharing.Removed(cache, id);
        }
    }
}
