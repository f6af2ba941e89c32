// Limits with their units and reasons; a test compares them with docs/limits.md.

namespace TlsMgr.Requests.Common;

/// <summary>Limits shared by both dispatchers.</summary>
public static class DispatchLimits
{
    /// <summary>
    /// Maximum number of warnings about faulty requests written per second, for all clients together: more than the
    /// differential test causes, and a few milliseconds of work.
    /// </summary>
    public const int FaultWarningsPerSecond = 1000;
}
