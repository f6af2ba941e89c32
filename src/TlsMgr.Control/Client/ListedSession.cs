namespace TlsMgr.Control.Client;

/// <summary>One session of a list.</summary>
/// <param name="Id">Its cache id.</param>
/// <param name="SizeBytes">The size of the session.</param>
/// <param name="StoredSeconds">When it was stored, since 1970; any number when the entry is damaged.</param>
/// <param name="LeftSeconds">The time until it expires; any number when the entry is damaged.</param>
internal sealed record ListedSession(byte[] Id, int SizeBytes, long StoredSeconds, long LeftSeconds);
