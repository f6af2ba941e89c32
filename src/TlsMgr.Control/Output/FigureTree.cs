// The daemon's figures by the parts of their names: requests.seed, cache.smtpd.hits. What a newer daemon counts has its
// place here too.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Output;

/// <summary>Figures in groups.</summary>
internal sealed class FigureTree(IReadOnlyList<KeyValuePair<string, long>> figures)
{
    private const string CachePrefix = "cache.";

    /// <summary>The caches that work.</summary>
    internal IEnumerable<string> Caches => figures
        .Where(figure => figure.Key.StartsWith(CachePrefix, StringComparison.Ordinal))
        .Select(figure => figure.Key.Split('.')[1]).Distinct();

    /// <summary>The names in front of the first point of all others, in their order.</summary>
    internal IEnumerable<string> Groups => figures.Select(figure => figure.Key.Split('.')[0])
        .Where(name => name != CachePrefix[..^1]).Distinct();

    /// <summary>The figures of a group: names without the group's. A figure that stands alone has no name.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Group(string group) => figures
        .Where(figure => figure.Key == group || figure.Key.StartsWith(group + ".", StringComparison.Ordinal))
        .Select(figure => new KeyValuePair<string, long>(
            figure.Key.Length == group.Length ? "" : figure.Key[(group.Length + 1)..], figure.Value));

    /// <summary>The figures of a cache.</summary>
    internal IEnumerable<KeyValuePair<string, long>> Cache(string cache) => Group(CachePrefix + cache);

    /// <summary>The part of the lookups of a cache that found a session, 0 to 1; null without lookups.</summary>
    internal double? HitRatio(string cache)
    {
        Dictionary<string, long> counts = Cache(cache).ToDictionary();
        long lookups = counts.GetValueOrDefault("lookups");
        return lookups == 0 ? null : (double)counts.GetValueOrDefault("hits") / lookups;
    }
}
