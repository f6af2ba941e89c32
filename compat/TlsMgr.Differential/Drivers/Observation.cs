// What one daemon did in one case, as far as anybody outside could see it.

using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Drivers;

/// <summary>What was seen of one daemon in one case; made comparable already.</summary>
/// <param name="Events">Replies, ends of connections, files, exit statuses, in their order.</param>
/// <param name="Log">Log records: tag, severity and text.</param>
internal sealed record Observation(IReadOnlyList<string> Events, IReadOnlyList<string> Log)
{
    /// <summary>Whether both saw the same.</summary>
    internal bool Matches(Observation other) => Events.SequenceEqual(other.Events) && Log.SequenceEqual(other.Log);

    /// <summary>All of it, a line each, for a person.</summary>
    internal IEnumerable<string> Lines() => Events.Concat(Log.Select(record => $"LOG {record}"));
}
