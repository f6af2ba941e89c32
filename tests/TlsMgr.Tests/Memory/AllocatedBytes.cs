using System;
using System.Linq;

namespace TlsMgr.Tests.Memory;

/// <summary>Measures the allocations of a repeated action in the garbage collector's heap.</summary>
internal static class AllocatedBytes
{
    /// <summary>Runs of the action per batch.</summary>
    internal const int TimesPerBatch = 100;

    private const int Batches = 5;

    /// <summary>
    /// Returns the bytes that one batch allocates, after a batch of warm-up: the minimum of several batches, which
    /// excludes one-time allocations of the runtime (recompilation).
    /// </summary>
    internal static long PerBatch(Action action)
    {
        Measure(action);
        return Enumerable.Range(0, Batches).Min(_ => Measure(action));
    }

    private static long Measure(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < TimesPerBatch; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
