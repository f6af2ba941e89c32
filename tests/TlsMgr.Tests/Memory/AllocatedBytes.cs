using System;
using System.Linq;

namespace TlsMgr.Tests.Memory;

/// <summary>What the collector's heap gives while something is done again and again.</summary>
internal static class AllocatedBytes
{
    /// <summary>How often an action is done in one batch.</summary>
    internal const int TimesPerBatch = 100;

    private const int Batches = 5;

    /// <summary>
    /// The bytes of one batch, after a first one: the least of some, because what the runtime allocates once, when it
    /// compiles anew, is not the action's.
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
