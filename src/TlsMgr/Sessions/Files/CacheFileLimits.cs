// Limits with their units and reasons; a test compares them with docs/limits.md.

namespace TlsMgr.Sessions.Files;

/// <summary>Limits of opening cache files.</summary>
internal static class CacheFileLimits
{
    /// <summary>Largest file, in bytes, of which a checksum is made when it is released.</summary>
    internal const long ReleaseMarkBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Maximum milliseconds for that checksum, and for verifying it: at a reload the next process waits. It is verified
    /// after a restart of the machine alone, or when that cannot be told.
    /// </summary>
    internal const int ReleaseMarkMilliseconds = 200;

    /// <summary>
    /// Seconds for which a released file counts as handed over, if nothing touches it: longer than any reload takes.
    /// </summary>
    internal const int HandoverSeconds = 600;

    /// <summary>Milliseconds between two attempts to lock a file.</summary>
    internal const int LockRetryMilliseconds = 50;

    /// <summary>
    /// Retries for locks, all caches together: about the second that an exiting process may need.
    /// </summary>
    internal const int LockRetries = 20;
}
