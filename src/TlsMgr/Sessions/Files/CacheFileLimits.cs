// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Sessions.Files;

/// <summary>Limits of opening cache files.</summary>
internal static class CacheFileLimits
{
    /// <summary>
    /// Seconds that the examination of old files may take, all caches together; a cache for which there was not time
    /// enough starts empty: clients are waiting.
    /// </summary>
    internal const int ExaminationSeconds = 1;

    /// <summary>Milliseconds between two attempts to lock a file.</summary>
    internal const int LockRetryMilliseconds = 50;

    /// <summary>Attempts at locks, all caches together: about the second that a leaving process may take.</summary>
    internal const int LockRetries = 20;
}
