namespace TlsMgr.Sharing;

/// <summary>The place of a session in the pool.</summary>
/// <param name="Cache">The index of its cache.</param>
/// <param name="Generation">The generation whose key made the name.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct EntryPlace(int Cache, uint Generation, EntryName Name);
