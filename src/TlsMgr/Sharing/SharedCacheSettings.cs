using System;
using TlsMgr.Sessions;

namespace TlsMgr.Sharing;

/// <summary>A cache that is shared.</summary>
/// <param name="Cache">The local cache.</param>
/// <param name="PolicyDigest">Its pool digest, 32 bytes.</param>
/// <param name="Trust">
/// What its sessions are trusted for: the first 16 bytes of a digest; zero when that is not known, and counts as
/// changed.
/// </param>
public sealed record SharedCacheSettings(SessionCache Cache, byte[] PolicyDigest, UInt128 Trust)
{
    /// <summary>Why it is not shared after all, such as a policy that is not known; empty when it is.</summary>
    public string Objection { get; init; } = "";
}
