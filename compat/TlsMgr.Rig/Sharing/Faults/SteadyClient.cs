// tlsproxy(8) has one connection to tlsmgr for all that it serves, and waits for each reply with all of them: that
// connection may be held for a part of the time only.

using System;
using System.Diagnostics;
using System.Threading;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Looks up unknown sessions on one connection, one after the other.</summary>
/// <param name="number">Part of the ids.</param>
/// <param name="stop">Ends it.</param>
internal sealed class SteadyClient(int number, CancellationToken stop)
{
    private const string Cache = "smtp";

    /// <summary>Replies that take longer were held; shorter ones are the machine's noise.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private long _heldTicks;
    private long _startedAt = Stopwatch.GetTimestamp();
    private int _lookups;

    /// <summary>The part of the time in which its connection was held.</summary>
    internal double HeldShare =>
        TimeSpan.FromTicks(Volatile.Read(ref _heldTicks)) / Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt));

    /// <summary>Forgets what was before.</summary>
    internal void Restart()
    {
        Volatile.Write(ref _heldTicks, 0);
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
    }

    /// <summary>Runs with a connection until it is stopped.</summary>
    internal void Run(SessionClient client)
    {
        while (!stop.WaitHandle.WaitOne(Interval))
        {
            client.Lookup(Cache, $"smtp&steady{number}&{++_lookups}");
            Interlocked.Add(ref _heldTicks, client.Elapsed > Held ? client.Elapsed.Ticks : 0);
        }
    }
}
