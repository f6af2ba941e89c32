// Every request enters here: reads the request's name and hands the rest of the message to the verb of that name. This
// and the verbs beside it are the whole path of a request; none of them allocates, waits or throws.

using System;
using System.Buffers;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Random;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Requests;

/// <summary>Serves the requests of tlsmgr(8).</summary>
public sealed class RequestDispatcher : IRequestService, IDisposable
{
    private readonly SessionCaches _caches;
    private readonly RandomPool _pool;
    private readonly CounterSet<RequestVerb> _requests;
    private readonly bool _announces;
    private readonly ScratchMemory _decoded = new(Limits.ScratchBytes);
    private readonly RequestFaults _faults;
    private readonly MessageTrace? _trace;
    private readonly SeedRequest _seed;
    private readonly PolicyRequest _policy;
    private readonly LookupRequest _lookup;
    private readonly UpdateRequest _update;
    private readonly DeleteRequest _delete;
    private readonly TicketKeyRequest _ticketKey;

    /// <summary>Joins what the verbs need.</summary>
    /// <param name="pool">Random bytes.</param>
    /// <param name="ring">Ticket keys.</param>
    /// <param name="layout">How the clients' version lays ticket keys out.</param>
    /// <param name="caches">Sessions.</param>
    /// <param name="announces">Whether the clients' version expects the server to speak first (Postfix 3.6).</param>
    /// <param name="counters">Counts the requests and what became of them.</param>
    /// <param name="log">Takes the warnings.</param>
    /// <param name="timers">Timers of the event loop.</param>
    /// <param name="peer">What a client is called there.</param>
    public RequestDispatcher(
        RandomPool pool, TicketKeyRing ring, TicketKeyLayout layout, SessionCaches caches, bool announces,
        ServiceCounters counters, Log log, TimerQueue timers, string peer)
    {
        _requests = counters.Requests;
        _caches = caches;
        _pool = pool;
        _announces = announces;
        _faults = new RequestFaults(new FaultWarnings(log, timers, peer), peer, counters.Faults);
        _trace = log.IsVerbose ? new MessageTrace(log, peer) : null;
        _seed = new SeedRequest(pool, counters, _faults);
        _policy = new PolicyRequest(caches, _faults);
        _lookup = new LookupRequest(caches, _faults);
        _update = new UpdateRequest(caches, _decoded, _faults);
        _delete = new DeleteRequest(caches, _faults);
        _ticketKey = new TicketKeyRequest(ring, layout, _decoded, counters, _faults);
    }

    /// <inheritdoc/>
    public void WriteGreeting(IBufferWriter<byte> output)
    {
        if (_announces)
        {
            AttributeWriter greeting = new(output);
            greeting.WriteText(WireWords.Protocol, WireWords.ProtocolName);
            greeting.WriteEnd();
        }
    }

    /// <inheritdoc/>
    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        _pool.StirTime();
        _trace?.Received(message);
        AttributeReader reader = new(message);
        if (reader.TryReadRequest(WireWords.Request, out ReadOnlySpan<byte> request))
        {
            try
            {
                return Serve(request, ref reader, message.Length, new AttributeWriter(reply));
            }
            finally
            {
                _decoded.Release();
            }
        }

        _faults.Report(reader.Fault);
        if (!reader.Fault.IsEndOfStream)
        {
            HeldReply.WriteNow(RequestStatus.Fault, new AttributeWriter(reply));
        }

        return 0;
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
        if (request.SequenceEqual(WireWords.Lookup))
        {
            _requests.Count(RequestVerb.Lookup);
            _lookup.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.Update))
        {
            _requests.Count(RequestVerb.Update);
            return _update.Serve(ref reader, messageBytes, reply);
        }
        else if (request.SequenceEqual(WireWords.Seed))
        {
            _requests.Count(RequestVerb.Seed);
            _seed.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.Policy))
        {
            _requests.Count(RequestVerb.Policy);
            _policy.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.TicketKey))
        {
            _requests.Count(RequestVerb.TktKey);
            _ticketKey.Serve(ref reader, messageBytes, reply);
        }
        else if (request.SequenceEqual(WireWords.Delete))
        {
            _requests.Count(RequestVerb.Delete);
            return _delete.Serve(ref reader, reply);
        }
        else
        {
            // A request of another name has no answer; the client waits for none, or goes on to its next request.
            _requests.Count(RequestVerb.Unknown);
        }

        return 0;
    }
}
