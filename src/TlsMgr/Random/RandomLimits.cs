// Limits with their units and reasons; a test compares them with docs/limits.md.

namespace TlsMgr.Random;

/// <summary>Limits of random number generation that are not parameters.</summary>
internal static class RandomLimits
{
    /// <summary>The maximum bytes that one round reads from a file: far more than the generator's state.</summary>
    internal const int FileRoundBytes = 64 * 1024;

    /// <summary>Timeout of one round in seconds, as in Postfix's tlsmgr; no request waits for it.</summary>
    internal const int RoundSeconds = 10;

    /// <summary>Milliseconds between two reads of a source whose round is incomplete.</summary>
    internal const int RoundRetryMilliseconds = 100;

    /// <summary>Attempts to lock the exchange file at the start, because the previous process may be saving.</summary>
    internal const int LockAttemptsAtStart = 10;

    /// <summary>Milliseconds between two of these attempts.</summary>
    internal const int LockWaitMilliseconds = 20;

    /// <summary>Seconds until an exchange file that was locked is retried while serving.</summary>
    internal const int LockRetrySeconds = 1;
}
