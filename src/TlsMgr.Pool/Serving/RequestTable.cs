// The requests under way. A request counts until the library has finished with it, also when its client was told before
// that the server is late: what the library holds is bounded by this table, and by nothing of its own.

using System;
using System.Collections.Generic;
using TlsMgr.Pool.Connections;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Pool.Serving;

/// <summary>A bounded number of requests under way.</summary>
/// <param name="queue">Carries completions to the event loop.</param>
/// <param name="timers">The timers of the event loop.</param>
/// <param name="complete">Called by the event loop for each request that is finished.</param>
/// <param name="expire">Called for each request that is late.</param>
internal sealed class RequestTable(
    LoopQueue queue, TimerQueue timers, Action<PendingRequest> complete, Action<PendingRequest> expire)
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(ServingLimits.SweepMilliseconds);

    private readonly Stack<PendingRequest> _free = [];

    /// <summary>In order of their start; one that has been reused since stands there a second time.</summary>
    private readonly Queue<(PendingRequest Request, long StartedAt)> _byAge = [];
    private int _bytes;
    private bool _sweeps;

    /// <summary>The number of requests under way.</summary>
    internal int Count { get; private set; }

    /// <summary>Takes a place; null when there is none.</summary>
    /// <param name="kind">What is asked.</param>
    /// <param name="number">The client's number.</param>
    /// <param name="client">The client.</param>
    /// <param name="bytes">The bytes of the value to store.</param>
    internal PendingRequest? TryBegin(RequestKind kind, int number, PoolClient client, int bytes)
    {
        if (Count >= ServingLimits.Requests || _bytes + bytes > ServingLimits.RequestBytes)
        {
            return null;
        }

        PendingRequest request = _free.TryPop(out PendingRequest? free) ? free : new PendingRequest(queue, Finish);
        request.Begin(kind, number, client, bytes, timers.Clock.GetTimestamp());
        Count++;
        _bytes += bytes;
        _byAge.Enqueue((request, request.StartedAt));
        if (!_sweeps)
        {
            _sweeps = true;
            timers.Schedule(Sweep, ExpireLate);
        }

        return request;
    }

    /// <summary>Gives a place back whose request was never handed to the library.</summary>
    internal void Abandon(PendingRequest request)
    {
        Count--;
        _bytes -= request.Bytes;
        request.IsReplied = true;
        _free.Push(request);
    }

    private void Finish(PendingRequest request)
    {
        complete(request);
        Abandon(request);
    }

    private void ExpireLate()
    {
        while (_byAge.TryPeek(out (PendingRequest Request, long StartedAt) oldest))
        {
            bool isCurrent = oldest.Request.StartedAt == oldest.StartedAt && !oldest.Request.IsReplied;
            if (isCurrent && timers.Clock.GetElapsedTime(oldest.StartedAt).TotalMilliseconds
                < ServingLimits.RequestMilliseconds)
            {
                break;
            }

            _byAge.Dequeue();
            if (isCurrent)
            {
                oldest.Request.IsReplied = true;
                expire(oldest.Request);
            }
        }

        _sweeps = _byAge.Count > 0;
        if (_sweeps)
        {
            timers.Schedule(Sweep, ExpireLate);
        }
    }
}
