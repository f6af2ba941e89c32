// What each row of QUIRKS.md allows, as narrow as it can be said: a rule turns what the original did into what we do
// instead. A difference that no rule explains is a defect.

using System;
using System.Collections.Generic;
using TlsMgr.SideBySide.Playing;

namespace TlsMgr.SideBySide.Quirks;

/// <summary>The rules by the ids of their rows.</summary>
internal static class QuirkRules
{
    private static readonly Dictionary<string, Func<Observation, Observation, bool>> Rules = new()
    {
    };

    /// <summary>The ids that have a rule.</summary>
    internal static IEnumerable<string> Ids => Rules.Keys;

    /// <summary>Whether a row explains all that differs.</summary>
    internal static bool Explains(string id, Observation theirs, Observation ours) =>
        Rules.TryGetValue(id, out Func<Observation, Observation, bool>? rule) && rule(theirs, ours);
}
