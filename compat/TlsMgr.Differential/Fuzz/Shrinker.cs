// Removes conversations, requests, pieces and bytes as long as the difference remains. Deterministic, but for the time.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Fuzz;

/// <summary>Reduces a list of conversations that shows a difference.</summary>
/// <param name="differs">Whether a list still shows the difference.</param>
/// <param name="longest">The time after which <paramref name="differs"/> is called no more.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class Shrinker(
    Func<IReadOnlyList<Conversation>, bool> differs, TimeSpan longest, TimeProvider clock)
{
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>Returns the smallest list found that still differs.</summary>
    internal IReadOnlyList<Conversation> Shrink(IReadOnlyList<Conversation> conversations)
    {
        IReadOnlyList<Conversation> best = conversations;
        while (HasTime && Candidates(best).FirstOrDefault(Differs) is { } smaller)
        {
            best = smaller;
        }

        return best;
    }

    private bool HasTime => clock.GetElapsedTime(_begin) < longest;

    private bool Differs(IReadOnlyList<Conversation> candidate) => HasTime && differs(candidate);

    private static IEnumerable<IReadOnlyList<Conversation>> Candidates(IReadOnlyList<Conversation> all)
    {
        foreach (IReadOnlyList<Conversation> fewer in Without(all).Where(fewer => fewer.Count > 0))
        {
            yield return fewer;
        }

        for (int i = all.Count - 1; i >= 0; i--)
        {
            foreach (Conversation smaller in Smaller(all[i]))
            {
                yield return [.. all.Take(i), smaller, .. all.Skip(i + 1)];
            }
        }
    }

    private static IEnumerable<Conversation> Smaller(Conversation conversation)
    {
        foreach (IReadOnlyList<byte[]> requests in Without(conversation.Requests))
        {
            yield return conversation with { Requests = requests };
        }

        if (conversation.Last.Count > 1)
        {
            yield return conversation with { Last = [conversation.LastBytes] };
        }

        foreach (IReadOnlyList<byte> fewer in Without(conversation.LastBytes))
        {
            yield return conversation with { Last = [[.. fewer]] };
        }
    }

    /// <summary>The list without a run of its items: long runs first, then single items.</summary>
    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> items)
    {
        for (int length = items.Count; length > 0; length /= 2)
        {
            for (int start = 0; start + length <= items.Count; start += length)
            {
                yield return [.. items.Take(start), .. items.Skip(start + length)];
            }
        }
    }
}
