// Counters with names: one for each member of an enumeration, counted since the start of the daemon. Counting is one
// addition, for the thread of the event loop alone. Must never hold anything but numbers.

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace TlsMgr.Statistics;

/// <summary>What has been counted, by the members of an enumeration whose values are 0, 1, 2 …</summary>
/// <typeparam name="TEvent">What can be counted; its names, in small letters, are those of the counters.</typeparam>
public sealed class CounterSet<TEvent>
    where TEvent : struct, Enum
{
    private static readonly string[] Names = Array.ConvertAll(
        Enum.GetNames<TEvent>(), static name => name.ToLowerInvariant());

    private readonly long[] _counts = new long[Names.Length];

    /// <summary>How often anything happened.</summary>
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

    /// <summary>It happened, once or several times.</summary>
    public void Count(TEvent what, int times = 1) => _counts[Unsafe.BitCast<TEvent, int>(what)] += times;

    /// <summary>All counters, in the order of the enumeration.</summary>
    public IEnumerable<KeyValuePair<string, long>> List()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            yield return new(Names[i], _counts[i]);
        }
    }
}
