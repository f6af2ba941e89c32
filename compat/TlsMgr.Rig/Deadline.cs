using System;
using System.Diagnostics;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Polls for an effect of another process, for at most 30 seconds: only a failure waits that long.</summary>
internal static class Deadline
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>For what takes some seconds, while the times of others are measured on this machine.</summary>
    internal static readonly TimeSpan SlowPollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether the condition became true within the limit.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="interval">The time between two polls; null for a short one.</param>
    internal static bool Await(Func<bool> condition, CancellationToken cancellation, TimeSpan? interval = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                return false;
            }

            cancellation.WaitHandle.WaitOne(interval ?? PollInterval);
            cancellation.ThrowIfCancellationRequested();
        }

        return true;
    }
}
