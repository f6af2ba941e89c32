// Cases that have nothing to do with each other are recorded several at a time: most wait for the original's second after a
// fatal error.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Recording;

/// <summary>Records cases side by side.</summary>
internal static class ParallelRecording
{
    private const int CasesAtOnce = 16;

    /// <summary>The lines of all cases, in their order.</summary>
    internal static IEnumerable<string> Record<T>(IReadOnlyList<T> cases, Func<T, IEnumerable<string>> record) =>
        cases.AsParallel().AsOrdered().WithDegreeOfParallelism(CasesAtOnce)
            .WithExecutionMode(ParallelExecutionMode.ForceParallelism)
            .Select(one => record(one).ToArray()).ToArray().SelectMany(lines => lines);
}
