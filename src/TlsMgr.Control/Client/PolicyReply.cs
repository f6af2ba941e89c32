namespace TlsMgr.Control.Client;

/// <summary>The reply to policy.</summary>
/// <param name="Status">0, or -2 for refused.</param>
/// <param name="IsCachable">Whether the cache is available.</param>
/// <param name="TimeoutSeconds">Its timeout.</param>
internal sealed record PolicyReply(int Status, bool IsCachable, int TimeoutSeconds);
