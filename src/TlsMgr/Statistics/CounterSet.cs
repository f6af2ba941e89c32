// Named counters, one per member of an enumeration, counted from the start of the daemon. Counting is one addition;
// only the event loop's thread counts.

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace TlsMgr.Statistics;

/// <summary>A counter for each member of an enumeration whose values are 0, 1, 2 …</summary>
/// <typeparam name="TEvent">The counted events; a counter's name is the member's name in lower case.</typeparam>
public sealed class CounterSet<TEvent>
    where TEvent : struct, Enum
{
    private static readonly string[] Names = Array.ConvertAll(
        Enum.GetNames<TEvent>(), static name => name.ToLowerInvariant());

    private readonly long[] _counts = new long[Names.Length];

    /// <summary>The sum of all counters.</summary>
    public long Sum
    {
        get
        {
            long sum = 0;
            foreach (long count in _counts)
            {
                sum += count;
            }

            return sum;
        }
    }

    /// <summary>Counts an event, once or several times.</summary>
    public void Count(TEvent counted, int times = 1) => _counts[Unsafe.BitCast<TEvent, int>(counted)] += times;

    /// <summary>The count of an event.</summary>
    public long this[TEvent counted] => _counts[Unsafe.BitCast<TEvent, int>(counted)];

    /// <summary>All counters by name, in the order of the enumeration.</summary>
    public IEnumerable<KeyValuePair<string, long>> List()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            yield return new(Names[i], _counts[i]);
        }
    }
}
