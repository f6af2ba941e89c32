using System;
using System.Diagnostics;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Polls for an effect of another process, for at most 30 seconds: only a failure waits that long.</summary>
internal static class Deadline
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether the condition became true within the limit.</summary>
    internal static bool Await(Func<bool> condition, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                return false;
            }

            cancellation.WaitHandle.WaitOne(PollInterval);
            cancellation.ThrowIfCancellationRequested();
        }

        return true;
    }
}
