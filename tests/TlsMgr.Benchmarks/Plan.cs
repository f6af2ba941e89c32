namespace TlsMgr.Benchmarks;

/// <summary>The length of a run. The quick plan prints the same tables with more noise.</summary>
internal sealed record Plan
{
    /// <summary>How often each figure is measured; the servers take turns within each round.</summary>
    internal required int Rounds { get; init; }

    /// <summary>The length of one measurement of one server in a round, in milliseconds.</summary>
    internal required int MeasurementMilliseconds { get; init; }

    /// <summary>Whether a cache of a million sessions is measured.</summary>
    internal required bool HasMillionSessions { get; init; }

    /// <summary>Sessions that are stored in each round to measure what a shared one costs.</summary>
    internal required int SharedStores { get; init; }

    /// <summary>The length of the run, for people.</summary>
    internal string Description => $"Medians of {Rounds} rounds of {MeasurementMilliseconds} ms";

    /// <summary>Starts for each kind of first reply.</summary>
    internal required int Starts { get; init; }

    /// <summary>Starts after which every session is looked for.</summary>
    internal required int FindStarts { get; init; }

    /// <summary>The sessions of each of three caches of such starts.</summary>
    internal required int StartSessions { get; init; }

    internal static readonly Plan Full = new()
    {
        Rounds = 5,
        MeasurementMilliseconds = 700,
        HasMillionSessions = true,
        SharedStores = 32 * 1024,
        Starts = 15,
        FindStarts = 3,
        StartSessions = 100_000,
    };

    internal static readonly Plan Quick = new()
    {
        Rounds = 3,
        MeasurementMilliseconds = 80,
        HasMillionSessions = false,
        SharedStores = 8 * 1024,
        Starts = 5,
        FindStarts = 3,
        StartSessions = 10_000,
    };
}
