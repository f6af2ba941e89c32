namespace TlsMgr.Postfix.Process;

/// <summary>Limits of the process. A test compares them with docs/limits.md.</summary>
public static class ProcessLimits
{
    /// <summary>Bytes of the stacks of the daemon's own threads, which mostly sleep.</summary>
    public const int ThreadStackBytes = 256 * 1024;

    /// <summary>
    /// Bytes of memory that may be locked against swapping: secrets, and requests and replies in flight. Memory beyond
    /// that is not locked.
    /// </summary>
    public const int LockedMemoryBytes = 64 * 1024 * 1024;

    /// <summary>Descriptors without which the daemon does not start: of one client, and of the sandbox.</summary>
    public const int EssentialDescriptors = 2;

    /// <summary>
    /// Descriptors that are kept for clients, and for the sandbox, before session caches and the control socket get
    /// any: a small mail server's processes.
    /// </summary>
    public const int ClientDescriptors = 17;

    /// <summary>
    /// Seconds between two status messages to master, after the first work was reported. Each message wakes master.
    /// </summary>
    public const int StatusReportSeconds = 60;
}
