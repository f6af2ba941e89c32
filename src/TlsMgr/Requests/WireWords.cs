using System;

namespace TlsMgr.Requests;

/// <summary>Every attribute name and fixed value of the tlsmgr protocol, as bytes on the wire.</summary>
internal static class WireWords
{
    internal static ReadOnlySpan<byte> Protocol => "protocol"u8;

    internal static ReadOnlySpan<byte> ProtocolName => "tlsmgr_protocol"u8;

    internal static ReadOnlySpan<byte> Seed => "seed"u8;

    internal static ReadOnlySpan<byte> Policy => "policy"u8;

    internal static ReadOnlySpan<byte> Lookup => "lookup"u8;

    internal static ReadOnlySpan<byte> Update => "update"u8;

    internal static ReadOnlySpan<byte> Delete => "delete"u8;

    internal static ReadOnlySpan<byte> TicketKey => "tktkey"u8;

    internal static ReadOnlySpan<byte> Size => "size"u8;

    internal static ReadOnlySpan<byte> CacheType => "cache_type"u8;

    internal static ReadOnlySpan<byte> CacheId => "cache_id"u8;

    internal static ReadOnlySpan<byte> Session => "session"u8;

    internal static ReadOnlySpan<byte> KeyName => "keyname"u8;

    internal static ReadOnlySpan<byte> Cachable => "cachable"u8;

    internal static ReadOnlySpan<byte> Timeout => "timeout"u8;

    internal static ReadOnlySpan<byte> KeyBuffer => "keybuf"u8;

    /// <summary>
    /// The cache id that tlsmgrctl looks up when it measures the daemon. No client of Postfix makes it, and it is not
    /// counted among the lookups of the cache.
    /// </summary>
    internal static ReadOnlySpan<byte> BenchmarkId => "tlsmgrctl&bench"u8;
}
