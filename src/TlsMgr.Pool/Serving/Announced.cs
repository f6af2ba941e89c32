namespace TlsMgr.Pool.Serving;

/// <summary>A stored session that other hosts are told of.</summary>
/// <param name="Generation">The generation of its key.</param>
/// <param name="Session">The first bytes of the HMAC in its key.</param>
internal sealed record Announced(string Generation, ulong Session);
