using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>Compares the times of a row with those of runs without a fault.</summary>
internal sealed class FaultTimes
{
    /// <summary>A lookup is held for so long at most; the time that one takes without a fault comes on top.</summary>
    private const double HeldMilliseconds = 25;

    /// <summary>What two runs on a busy machine of two processors may differ by, beside their own difference.</summary>
    private const double NoiseMilliseconds = 2;

    /// <summary>25 ms of every 275, and the noise of the machine.</summary>
    private const double HeldShare = 0.15;

    /// <summary>A part of what a run without a fault finds: on a busy machine, answers are late there, too.</summary>
    private const double WarmShare = 0.5;

    private readonly List<FaultFigures> _references = [];

    /// <summary>The number of runs without a fault.</summary>
    internal int References => _references.Count;

    /// <summary>Adds a run without a fault.</summary>
    internal void AddReference(FaultFigures figures) => _references.Add(figures);

    /// <summary>Returns what took too long; null for nothing.</summary>
    internal string? FindSlowness(FaultFigures figures)
    {
        double most = _references.Max(static run => run.OthersMilliseconds);
        double limit = most + (most - _references.Min(static run => run.OthersMilliseconds)) + NoiseMilliseconds;
        double heldLimit = _references.Max(static run => run.PooledMilliseconds) + HeldMilliseconds + NoiseMilliseconds;
        return figures.OthersMilliseconds > limit
            ? Text($"p99 of others is {figures.OthersMilliseconds:F2} ms, and not below {limit:F2}")
            : figures.PooledMilliseconds > heldLimit
            ? Text($"lookups wait {figures.PooledMilliseconds:F1} ms, and not below {heldLimit:F1}")
            : figures.HeldShare > HeldShare
            ? Text($"a connection was held {figures.HeldShare:P1} of the time, and not below {HeldShare:P0}")
            : null;
    }

    /// <summary>Returns how few sessions were found, if too few for a fault that does no harm; else null.</summary>
    internal string? FindLoss(FaultFigures figures) =>
        _references.Count > 0 && figures.FoundShare < WarmShare * _references.Min(static run => run.FoundShare)
            ? Text($"{figures.FoundShare:P0} of the sessions were found")
            : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
