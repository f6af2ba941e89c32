// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Serving;

/// <summary>Limits of what both dispatchers do.</summary>
public static class ServingLimits
{
    /// <summary>
    /// Warnings of faulty requests that are written in one second, of all clients together: more than a comparison
    /// with the original makes, and some milliseconds of work.
    /// </summary>
    public const int FaultWarningsPerSecond = 1000;
}
