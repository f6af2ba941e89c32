// How much is measured: the full run, or the quick one that gives the same tables with more noise.

namespace TlsMgr.Benchmarks;

/// <summary>The sizes of a run.</summary>
internal sealed record Plan
{
    /// <summary>How often each figure is measured; the servers take turns within each round.</summary>
    internal required int Rounds { get; init; }

    /// <summary>How long each measurement of a round takes, in milliseconds.</summary>
    internal required int MeasurementMilliseconds { get; init; }

    /// <summary>Whether to measure what takes a million sessions.</summary>
    internal required bool HasMillionSessions { get; init; }

    internal static readonly Plan Full = new()
    {
        Rounds = 5,
        MeasurementMilliseconds = 700,
        HasMillionSessions = true,
    };

    internal static readonly Plan Quick = new()
    {
        Rounds = 3,
        MeasurementMilliseconds = 80,
        HasMillionSessions = false,
    };
}
