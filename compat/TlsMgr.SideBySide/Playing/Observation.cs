// What one daemon did in one case, as far as anybody outside could see it.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.SideBySide.Playing;

/// <summary>What was seen of one daemon in one case; made comparable already.</summary>
/// <param name="Events">Replies, ends of connections, files, exit statuses, in their order.</param>
/// <param name="Log">Log records: tag, severity and text.</param>
internal sealed record Observation(IReadOnlyList<string> Events, IReadOnlyList<string> Log)
{
    /// <summary>Whether both saw the same.</summary>
    internal bool Matches(Observation other) => Events.SequenceEqual(other.Events) && Log.SequenceEqual(other.Log);

    /// <summary>The same with other events.</summary>
    internal Observation WithEvents(Func<IEnumerable<string>, IEnumerable<string>> change) =>
        this with { Events = [.. change(Events)] };

    /// <summary>The same with another log.</summary>
    internal Observation WithLog(Func<IEnumerable<string>, IEnumerable<string>> change) =>
        this with { Log = [.. change(Log)] };

    /// <summary>All of it, a line each, for a person.</summary>
    internal IEnumerable<string> Lines() => Events.Concat(Log.Select(record => $"LOG {record}"));
}
