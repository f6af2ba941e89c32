// Every limit of the random numbers that is no parameter, each with its unit and reason.

namespace TlsMgr.Random;

/// <summary>How long a source or a lock may take, and how much is taken from a source.</summary>
internal static class RandomLimits
{
    /// <summary>Bytes that one round takes from a file at most: far more than the generator can hold.</summary>
    internal const int FileRoundBytes = 64 * 1024;

    /// <summary>Seconds that a source may take for one round, as in the original. Nobody waits for it.</summary>
    internal const int RoundSeconds = 10;

    /// <summary>Milliseconds between two looks at a source that has not given all yet.</summary>
    internal const int RoundRetryMilliseconds = 100;

    /// <summary>Attempts to lock the exchange file at the start: the process before us may just be saving.</summary>
    internal const int LockTriesAtStart = 10;

    /// <summary>Milliseconds between two of them.</summary>
    internal const int LockWaitMilliseconds = 20;

    /// <summary>Seconds after which an exchange file that is locked is tried again while serving.</summary>
    internal const int LockRetrySeconds = 1;
}
