namespace TlsMgr.Sessions.Files;

/// <summary>Why a cache file cannot be used.</summary>
/// <param name="Text">The reason, with the text of Postfix.</param>
/// <param name="AllowsMemory">Whether the cache is held in memory instead; otherwise it is off.</param>
internal sealed record CacheFileFault(string Text, bool AllowsMemory = false);
