using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>
/// The daemon's figures, grouped by the parts of their names: requests.seed, cache.smtpd.hits. Figures of a newer
/// daemon fall into groups, too.
/// </summary>
/// <param name="figures">Names and values; no name twice.</param>
internal sealed class FigureTree(IReadOnlyList<KeyValuePair<string, long>> figures)
{
    private const string CachePrefix = "cache.";

    private readonly Dictionary<string, long> _values = new(figures);

    /// <summary>The value of a figure; null when the daemon does not count it.</summary>
    internal long? this[string figure] => _values.TryGetValue(figure, out long value) ? value : null;

    /// <summary>The names of all figures, in the daemon's order.</summary>
    internal IEnumerable<string> Names => figures.Select(static figure => figure.Key);

    /// <summary>The names of the caches.</summary>
    internal IEnumerable<string> Caches => figures
        .Where(figure => figure.Key.StartsWith(CachePrefix, StringComparison.Ordinal))
        .Select(figure => figure.Key.Split('.')[1]).Distinct();

    /// <summary>The first parts of all other names, in their order.</summary>
    internal IEnumerable<string> Groups => figures.Select(figure => figure.Key.Split('.')[0])
        .Where(name => name != CachePrefix[..^1]).Distinct();

    /// <summary>
    /// The figures of a group, named without the group; a figure that is the group itself has an empty name.
    /// </summary>
    internal IEnumerable<KeyValuePair<string, long>> Group(string group) => figures
        .Where(figure => figure.Key == group || figure.Key.StartsWith(group + ".", StringComparison.Ordinal))
        .Select(figure => new KeyValuePair<string, long>(
            figure.Key.Length == group.Length ? "" : figure.Key[(group.Length + 1)..], figure.Value));

    /// <summary>The figures of a cache.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Cache(string cache) => Group(CachePrefix + cache);

    /// <summary>The share of lookups in a cache that found a session, 0 to 1; null without lookups.</summary>
    internal double? HitRatio(string cache) =>
        this[$"{CachePrefix}{cache}.lookups"] is { } lookups and > 0
            ? (double)(this[$"{CachePrefix}{cache}.hits"] ?? 0) / lookups
            : null;
}
