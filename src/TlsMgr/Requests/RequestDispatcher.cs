// Entry point of every request of the service socket: selects the verb by the request's name. This class, its base and
// the verbs in this folder are the complete path of a request; none of them allocates, waits or throws.

using System;
using System.Buffers;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Random;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Requests;

/// <summary>Serves the requests of tlsmgr(8).</summary>
public class RequestDispatcher : Dispatcher
{
    private readonly RandomPool _pool;
    private readonly bool _announcesProtocol;
    private readonly MessageTrace? _trace;
    private readonly SeedRequest _seed;
    private readonly PolicyRequest _policy;
    private readonly LookupRequest<NoPool> _lookup;
    private readonly UpdateRequest _update;
    private readonly DeleteRequest _delete;
    private readonly TicketKeyRequest _ticketKey;

    /// <summary>Creates the verbs.</summary>
    /// <param name="pool">The source of random bytes.</param>
    /// <param name="keys">The ticket keys.</param>
    /// <param name="layout">The layout of a ticket key in the clients' Postfix version.</param>
    /// <param name="caches">The session caches.</param>
    /// <param name="announcesProtocol">
    /// Whether the clients' version expects the server to send the protocol's name first (Postfix 3.6 and later).
    /// </param>
    /// <param name="counters">Counts requests, faults, seeds and ticket keys.</param>
    /// <param name="log">Receives the warnings.</param>
    /// <param name="timers">Timers of the event loop.</param>
    /// <param name="peer">The name of a client in the log.</param>
    public RequestDispatcher(
        RandomPool pool, TicketKeys keys, TicketKeyLayout layout, SessionCaches caches, bool announcesProtocol,
        ServiceCounters counters, Log log, TimerQueue timers, string peer)
        : base(caches, counters.Faults, log, timers, peer)
    {
        Requests = counters.Requests;
        _pool = pool;
        _announcesProtocol = announcesProtocol;
        _trace = log.IsVerbose ? new MessageTrace(log, peer) : null;
        _seed = new SeedRequest(pool, counters, Faults);
        _policy = new PolicyRequest(caches, Faults);
        _lookup = new LookupRequest<NoPool>(caches, default, Faults);
        _update = new UpdateRequest(caches, Decoded, Faults);
        _delete = new DeleteRequest(caches, Faults);
        _ticketKey = new TicketKeyRequest(keys, layout, Decoded, counters, Faults);
    }

    /// <summary>Counts the requests.</summary>
    private protected CounterSet<RequestVerb> Requests { get; }

    /// <inheritdoc/>
    public override void WriteGreeting(IBufferWriter<byte> output)
    {
        if (_announcesProtocol)
        {
            AttributeWriter greeting = new(output);
            greeting.WriteText(WireWords.Protocol, WireWords.ProtocolName);
            greeting.WriteEnd();
        }
    }

    private protected override void OnReceived(ReadOnlySpan<byte> message)
    {
        _pool.StirTime();
        _trace?.LogMessage(message);
    }

    private protected override int Serve(
        ReadOnlySpan<byte> request, ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (request.SequenceEqual(WireWords.Lookup))
        {
            Requests.Count(RequestVerb.Lookup);
            return _lookup.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.Update))
        {
            Requests.Count(RequestVerb.Update);
            return _update.Serve(ref reader, messageBytes, reply);
        }
        else if (request.SequenceEqual(WireWords.Seed))
        {
            Requests.Count(RequestVerb.Seed);
            _seed.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.Policy))
        {
            Requests.Count(RequestVerb.Policy);
            _policy.Serve(ref reader, reply);
        }
        else if (request.SequenceEqual(WireWords.TicketKey))
        {
            Requests.Count(RequestVerb.TktKey);
            _ticketKey.Serve(ref reader, messageBytes, reply);
        }
        else if (request.SequenceEqual(WireWords.Delete))
        {
            Requests.Count(RequestVerb.Delete);
            return _delete.Serve(ref reader, reply);
        }
        else
        {
            // An unknown request gets no reply. The client expects none, or continues with its next request.
            Requests.Count(RequestVerb.Unknown);
        }

        return 0;
    }
}
