using System;
using System.Buffers.Binary;

namespace TlsMgr.Sharing;

/// <summary>The name of a session in the pool: see <see cref="SealedEntry.Name"/>.</summary>
internal readonly record struct EntryName(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    /// <summary>Reads 32 bytes.</summary>
    internal static EntryName Of(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>Writes 64 hexadecimal digits.</summary>
    internal void WriteHex(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[SealedEntry.NameBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], Fourth);
        Convert.TryToHexStringLower(bytes, destination, out _);
    }
}
