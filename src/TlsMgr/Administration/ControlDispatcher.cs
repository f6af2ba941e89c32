// The requests of the control socket. The rules of the service socket apply: strict attribute lists, faults as values,
// and each request is a short step. Invariant: no reply contains a session or the secrets of a key.

using System;
using System.Buffers;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>Serves the requests of administrators.</summary>
internal sealed class ControlDispatcher : Dispatcher
{
    private readonly SessionSharing? _sharing;
    private readonly InfoRequest _info;
    private readonly StatsRequest _stats;
    private readonly ListRequest _list;
    private readonly DeleteRequest _delete;
    private readonly FlushRequest _flush;
    private readonly KeyRequests _keys;
    private readonly PoolRequests _pool;

    internal ControlDispatcher(
        DaemonDescription description, ServiceStatistics statistics, SessionCaches caches, TicketKeys keys,
        SessionSharing? sharing, Log log, TimerQueue timers, string peer)
        : base(caches, new CounterSet<FaultKind>(), log, timers, peer)
    {
        _sharing = sharing;
        _info = new InfoRequest(description, caches, keys, Faults);
        _stats = new StatsRequest(statistics, Faults);
        _list = new ListRequest(caches, Decoded, Faults);
        _delete = new DeleteRequest(caches, Faults);
        _flush = new FlushRequest(caches, sharing, Decoded, Faults);
        _keys = new KeyRequests(keys, Faults);
        _pool = new PoolRequests(keys.Pool, sharing, Faults);
    }

    /// <summary>The control protocol has no greeting.</summary>
    public override void WriteGreeting(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public override bool WriteDeferredReply(int deferred, IBufferWriter<byte> reply) =>
        _flush.TryWriteDeferred(deferred, new AttributeWriter(reply)) || base.WriteDeferredReply(deferred, reply);

    private protected override int Serve(
        ReadOnlySpan<byte> request, ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (request.SequenceEqual(ControlWords.Info))
        {
            return _info.Serve(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.Stats))
        {
            return _stats.Serve(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.List))
        {
            return _list.Serve(ref reader, messageBytes, reply);
        }

        if (request.SequenceEqual(ControlWords.Delete))
        {
            AttributeReader attributes = reader;
            int deferred = _delete.Serve(ref reader, reply);
            Remove(attributes);
            return deferred;
        }

        if (request.SequenceEqual(ControlWords.Flush))
        {
            return _flush.Serve(ref reader, messageBytes, reply);
        }

        if (request.SequenceEqual(ControlWords.Keys))
        {
            return _keys.ServeKeys(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.Pool))
        {
            return _pool.ServeFacts(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.PoolRotate))
        {
            return _pool.ServeRotate(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.PoolRevoke))
        {
            return _pool.ServeRevoke(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.PoolLeave))
        {
            return _pool.ServeLeave(ref reader, reply);
        }

        bool rotatesNow = request.SequenceEqual(ControlWords.RotateNow);

        // Unlike on the service socket, an unknown request gets a reply: a newer tlsmgrctl must be able to distinguish
        // an older daemon from one that hangs.
        return rotatesNow || request.SequenceEqual(ControlWords.Rotate)
            ? _keys.ServeRotate(ref reader, erasesOthers: rotatesNow, reply)
            : DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    /// <summary>What an administrator removes must not come back from the pool.</summary>
    private void Remove(AttributeReader attributes)
    {
        if (_sharing is not null && attributes.TryReadText(ControlWords.CacheType, out ReadOnlySpan<byte> type)
            && attributes.TryReadText(ControlWords.CacheId, out ReadOnlySpan<byte> id)
            && attributes.TryReadEnd() && Caches.Find(type) is { } cache)
        {
            _sharing.Removed(cache, id);
        }
    }
}
