using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Recording;

/// <summary>
/// Records independent cases in parallel: most wait for the second that Postfix's tlsmgr pauses after a fatal error.
/// </summary>
internal static class ParallelRecording
{
    private const int CasesAtOnce = 16;

    /// <summary>The lines of all cases, in their order.</summary>
    internal static IEnumerable<string> Record<T>(IReadOnlyList<T> cases, Func<T, IEnumerable<string>> record) =>
        cases.AsParallel().AsOrdered().WithDegreeOfParallelism(CasesAtOnce)
            .WithExecutionMode(ParallelExecutionMode.ForceParallelism)
            .Select(one => record(one).ToArray()).ToArray().SelectMany(lines => lines);
}
