// What the control socket's clients ask for: finds the request by its name. The rules are those of the service socket:
// strict attribute lists, faults as values, and each request a short step. Must never give out a session or a key.

using System;
using System.Buffers;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>Serves the administrator.</summary>
internal sealed class ControlDispatcher : IRequestService, IDisposable
{
    private readonly SessionCaches _caches;
    private readonly ScratchMemory _decoded = new(Limits.ScratchBytes);
    private readonly RequestFaults _faults;
    private readonly StatsRequest _stats;
    private readonly ListRequest _list;
    private readonly DeleteRequest _delete;
    private readonly FlushRequest _flush;
    private readonly KeyRequests _keys;

    internal ControlDispatcher(
        ServiceStatistics statistics, SessionCaches caches, TicketKeyRing ring, Log log, TimerQueue timers, string peer)
    {
        _caches = caches;
        _faults = new RequestFaults(new FaultWarnings(log, timers, peer), peer, new CounterSet<FaultKind>());
        _stats = new StatsRequest(statistics, _faults);
        _list = new ListRequest(caches, _decoded, _faults);
        _delete = new DeleteRequest(caches, _faults);
        _flush = new FlushRequest(caches, _decoded, _faults);
        _keys = new KeyRequests(ring, _faults);
    }

    /// <summary>There is none.</summary>
    public void WriteGreeting(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        AttributeReader reader = new(message);
        AttributeWriter writer = new(reply);
        if (!reader.TryReadRequest(ControlWords.Request, out ReadOnlySpan<byte> request))
        {
            _faults.Report(reader.Fault);
            return HeldReply.WriteNow(RequestStatus.Fault, writer);
        }

        try
        {
            return Serve(request, ref reader, message.Length, writer);
        }
        finally
        {
            _decoded.Release();
        }
    }

    /// <inheritdoc/>
    public void EndTurn() => _caches.EndTurn();

    /// <inheritdoc/>
    public void WriteHeldReply(int held, IBufferWriter<byte> reply) =>
        HeldReply.Write(held, _caches, new AttributeWriter(reply));

    /// <inheritdoc/>
    public void Dispose() => _decoded.Dispose();

    private int Serve(
        ReadOnlySpan<byte> request, ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
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
            return _delete.Serve(ref reader, reply);
        }

        if (request.SequenceEqual(ControlWords.Flush))
        {
            return _flush.Serve(ref reader, messageBytes, reply);
        }

        if (request.SequenceEqual(ControlWords.Keys))
        {
            return _keys.ServeKeys(ref reader, reply);
        }

        // Unlike the service, this one answers what it does not know: an older daemon must not look like a hung one.
        return request.SequenceEqual(ControlWords.Rotate)
            ? _keys.ServeRotate(ref reader, reply)
            : HeldReply.WriteNow(RequestStatus.Fault, reply);
    }
}
