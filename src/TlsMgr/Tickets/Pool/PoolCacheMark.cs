// not before i64 | trust 16                                                                   little endian

using System;
using System.Buffers.Binary;

namespace TlsMgr.Tickets.Pool;

/// <summary>What a host remembers of one session cache that it shares. Zero: nothing was withdrawn.</summary>
/// <param name="NotBeforeSeconds">
/// The time of the last flush, or of the last change of what its sessions are trusted for: shared sessions that were
/// stored before are not used.
/// </param>
/// <param name="Trust">What its sessions are trusted for: the first 16 bytes of a digest; zero when not known.</param>
internal readonly record struct PoolCacheMark(long NotBeforeSeconds, UInt128 Trust)
{
    /// <summary>The length of a mark.</summary>
    internal const int LengthBytes = sizeof(long) + 16;

    /// <summary>The caches: smtpd, smtp and lmtp, in this order.</summary>
    internal const int Count = 3;

    /// <summary>Writes a mark.</summary>
    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, NotBeforeSeconds);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[sizeof(long)..], Trust);
    }

    /// <summary>Reads a mark.</summary>
    internal static PoolCacheMark Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source),
        BinaryPrimitives.ReadUInt128LittleEndian(source[sizeof(long)..]));
}
