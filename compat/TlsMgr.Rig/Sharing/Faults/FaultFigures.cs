using System.Globalization;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>The times of the clients while a fault lasts.</summary>
/// <param name="PooledMilliseconds">The 99th percentile of lookups that the pool is asked for.</param>
/// <param name="LongestMilliseconds">The longest of them.</param>
/// <param name="HeldShare">The part of the time in which a connection that looks up all the time was held.</param>
internal sealed record FaultFigures(double PooledMilliseconds, double LongestMilliseconds, double HeldShare)
{
    /// <summary>The 99th percentile of requests that need no pool.</summary>
    internal double OthersMilliseconds { get; init; }

    /// <summary>Lookups that found a session of the other host.</summary>
    internal long Found { get; init; }

    /// <summary>Lookups that found none.</summary>
    internal long Missed { get; init; }

    /// <summary>The part of the lookups that found one.</summary>
    internal double FoundShare => Found + Missed == 0 ? 0 : (double)Found / (Found + Missed);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"p99 {OthersMilliseconds:F2} ms; pooled p99 {PooledMilliseconds:F1} ms, longest {LongestMilliseconds:F0} ms, "
            + $"one connection held {HeldShare:P1}; meanwhile {Found} found, {Missed} not");
}
