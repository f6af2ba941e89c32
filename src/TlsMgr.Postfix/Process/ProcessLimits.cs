// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Postfix.Process;

/// <summary>Limits of the process.</summary>
public static class ProcessLimits
{
    /// <summary>Bytes of the stacks of the daemon's own threads, which sleep and compare.</summary>
    public const int ThreadStackBytes = 256 * 1024;

    /// <summary>
    /// Bytes of memory that may be locked against swapping: secrets, and requests and replies in flight. What goes over
    /// it is not locked.
    /// </summary>
    public const int LockedMemoryBytes = 64 * 1024 * 1024;

    /// <summary>Seconds between two status messages to master, once the first work was reported.</summary>
    public const int StatusReportSeconds = 60;
}
