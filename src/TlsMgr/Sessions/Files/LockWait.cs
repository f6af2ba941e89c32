using System;

namespace TlsMgr.Sessions.Files;

/// <summary>
/// The waits for locks at the start, for all caches together: at a reload the previous process is just exiting.
/// </summary>
/// <param name="wait">Waits for a number of milliseconds.</param>
internal sealed class LockWait(Action<int> wait)
{
    private int _retriesLeft = CacheFileLimits.LockRetries;

    /// <summary>Waits once; false when no retries are left.</summary>
    internal bool TryWait()
    {
        if (_retriesLeft == 0)
        {
            return false;
        }

        _retriesLeft--;
        wait(CacheFileLimits.LockRetryMilliseconds);
        return true;
    }
}
