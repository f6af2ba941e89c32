using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Suggestion
{
    private const int MaximumDistance = 2;

    /// <summary>
    /// Returns <c>; did you mean WORD?</c> with the known word that is nearest: at most two characters differ, or one
    /// begins with the other. Empty when none is near.
    /// </summary>
    internal static string For(string word, IEnumerable<string> known) =>
        Find(word, known) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>The known word that is nearest; null when none is near.</summary>
    internal static string? Find(string word, IEnumerable<string> known)
    {
        (string Word, int Distance) nearest = known
            .Select(candidate => (candidate, DistanceOf(word, candidate)))
            .Where(static pair => pair.Item2 <= MaximumDistance)
            .OrderBy(static pair => pair.Item2)
            .FirstOrDefault();
        return nearest.Word;
    }

    private static int DistanceOf(string word, string candidate)
    {
        bool isBeginning = word.Length > 1 && candidate.StartsWith(word, StringComparison.Ordinal);
        int distance = EditDistance(word, candidate);

        // With as many changes as characters, every short word would be near.
        return isBeginning ? 1 : distance < int.Min(word.Length, candidate.Length) ? distance : int.MaxValue;
    }

    /// <summary>Insertions, removals and replacements of a character that make one word of the other.</summary>
    private static int EditDistance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = int.Min(replaced, int.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
