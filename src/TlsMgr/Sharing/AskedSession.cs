using System.Collections.Generic;

namespace TlsMgr.Sharing;

/// <summary>A session that the pool is asked for.</summary>
/// <param name="number">The number of the question.</param>
/// <param name="place">Its place in the pool.</param>
/// <param name="id">Its cache id.</param>
/// <param name="askedAt">The timestamp of the question.</param>
internal sealed class AskedSession(int number, EntryPlace place, byte[] id, long askedAt)
{
    internal int Number => number;

    internal EntryPlace Place => place;

    internal byte[] Id => id;

    internal long AskedAt => askedAt;

    /// <summary>The places of the lookups that wait.</summary>
    internal List<int> Waiters { get; } = new(1);

    /// <summary>Whether it was changed or removed here since: the answer is not used.</summary>
    internal bool IsOvertaken { get; set; }

    /// <summary>Whether the answer is overdue.</summary>
    internal bool IsOverdue { get; set; }
}
