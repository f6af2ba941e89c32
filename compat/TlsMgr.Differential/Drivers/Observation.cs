using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Drivers;

/// <summary>What can be observed from outside of one daemon in one case, masked.</summary>
/// <param name="Events">Replies, ends of connections, files and exit statuses, in order.</param>
/// <param name="Log">Log records: tag, severity and text, in order.</param>
internal sealed record Observation(IReadOnlyList<string> Events, IReadOnlyList<string> Log)
{
    /// <summary>Whether events and log are equal.</summary>
    internal bool Matches(Observation other) => Events.SequenceEqual(other.Events) && Log.SequenceEqual(other.Log);

    /// <summary>Events and log records as text, one line each.</summary>
    internal IEnumerable<string> Lines() => Events.Concat(Log.Select(record => $"LOG {record}"));
}
