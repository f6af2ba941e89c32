// How the order is kept in which sessions were stored: a second database beside theirs, numbered from the first on. A
// session names its place there, and the request that removes or replaces it removes the place; what the sweep or a
// flush removes leaves it until its time is over. One that was given another chance has moved to a later place; the
// entry there names the place that the session knows.
//
//   key: number u64, big endian      value: time i64 | place u64 | key of the session      little endian

using System;
using System.Buffers.Binary;

namespace TlsMgr.Sessions;

/// <summary>Keys and values of the order's database. A change here needs another <see cref="DatabaseName"/>.</summary>
/// <param name="TimeSeconds">
/// When the session was stored, or was last found to be in use, in seconds since 1970.
/// </param>
/// <param name="Place">The place that the session names: its own, unless the session was moved.</param>
internal readonly record struct EvictionQueueEntry(long TimeSeconds, ulong Place)
{
    internal const string DatabaseName = "tlsmgr-order-2";

    /// <summary>Bytes of a key.</summary>
    internal const int KeyBytes = sizeof(ulong);

    private const int FixedBytes = sizeof(long) + sizeof(ulong);

    /// <summary>Writes the key of a number.</summary>
    internal static void WriteKey(Span<byte> room, ulong number) => BinaryPrimitives.WriteUInt64BigEndian(room, number);

    /// <summary>The number of a key.</summary>
    internal static ulong ReadKey(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes ? BinaryPrimitives.ReadUInt64BigEndian(key) : 0;

    /// <summary>Bytes that the value of an entry takes.</summary>
    internal static int MeasureValue(ReadOnlySpan<byte> sessionKey) => FixedBytes + sessionKey.Length;

    /// <summary>Fills a room of exactly the measured size.</summary>
    internal void WriteValue(Span<byte> room, ReadOnlySpan<byte> sessionKey)
    {
        BinaryPrimitives.WriteInt64LittleEndian(room, TimeSeconds);
        BinaryPrimitives.WriteUInt64LittleEndian(room[sizeof(long)..], Place);
        sessionKey.CopyTo(room[FixedBytes..]);
    }

    /// <summary>Reads a value; one that is too short is an entry of no session.</summary>
    internal static EvictionQueueEntry ReadValue(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> sessionKey)
    {
        sessionKey = value.Length > FixedBytes ? value[FixedBytes..] : default;
        return value.Length > FixedBytes
            ? new EvictionQueueEntry(
                BinaryPrimitives.ReadInt64LittleEndian(value),
                BinaryPrimitives.ReadUInt64LittleEndian(value[sizeof(long)..]))
            : default;
    }
}
