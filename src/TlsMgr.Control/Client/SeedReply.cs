namespace TlsMgr.Control.Client;

/// <summary>The reply to seed.</summary>
/// <param name="Status">0, or below 0 when there is no seed.</param>
/// <param name="Seed">The bytes; empty when there is no seed.</param>
internal sealed record SeedReply(int Status, byte[] Seed);
