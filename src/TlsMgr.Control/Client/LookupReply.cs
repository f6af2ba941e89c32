namespace TlsMgr.Control.Client;

/// <summary>The reply to lookup.</summary>
/// <param name="Status">0 for found, -1 for not found, -2 for no such cache.</param>
/// <param name="SessionBytes">The size of the session; 0 when it was not found.</param>
internal sealed record LookupReply(int Status, int SessionBytes);
