using System;

namespace TlsMgr.Tests.Memory;

/// <summary>Measures the allocations of a repeated action in the garbage collector's heap.</summary>
internal static class AllocatedBytes
{
    /// <summary>Runs of the action per batch.</summary>
    internal const int TimesPerBatch = 100;

    /// <summary>More than the runtime needs on a busy machine until it has recompiled every method.</summary>
    private const int Batches = 50;

    /// <summary>Returns the bytes that one batch allocates, after a batch of warm-up.</summary>
    internal static long PerBatch(Action action)
    {
        Measure(action);
        return Least(() => Measure(action));
    }

    /// <summary>
    /// Returns the minimum of several measurements, which end with the first zero: the runtime allocates now and then
    /// when it recompiles a method; an action that allocates does so each time.
    /// </summary>
    internal static long Least(Func<long> measure)
    {
        long least = long.MaxValue;
        for (int batch = 0; batch < Batches && least != 0; batch++)
        {
            least = long.Min(least, measure());
        }

        return least;
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
