namespace TlsMgr.Sessions;

/// <summary>The position of a stored session in the eviction queue.</summary>
/// <param name="Number">The number of the position.</param>
/// <param name="Previous">The position of the session that it replaces; 0 for none.</param>
internal readonly record struct QueuePosition(ulong Number, ulong Previous);
