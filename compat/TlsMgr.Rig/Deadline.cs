// Waiting for what another process does. Must never wait without a limit, nor longer than the thing takes.

using System;
using System.Diagnostics;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Polls until something is so, for half a minute at most: only a failure ever waits that long.</summary>
internal static class Deadline
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether it became so before the limit.</summary>
    internal static bool Await(Func<bool> isSo, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
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
