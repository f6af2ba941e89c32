// The eviction queue: a second database beside the sessions, which holds their order of storing, numbered from the
// first on. A session contains the number of its position in the queue. The request that removes or replaces the
// session removes the entry at that position; sessions removed by the sweep or a flush leave their entry behind until
// it expires. A session that got a second chance has moved to a later position; the entry there contains the position
// that the session was stored with.
//
// The queue has two lanes, with one count for both: numbers without the highest bit are the first lane, for sessions
// that are evicted before all others; numbers with it are the main lane. Versions before the lanes have no such bit:
// their sessions, older than what is stored now, are the beginning of the first lane. They read a queue with lanes as
// one sequence, and append to its end, the main lane.
//
//   key: number u64, big endian      value: time i64 | position u64 | key of the session      little endian

using System;
using System.Buffers.Binary;

namespace TlsMgr.Sessions;

/// <summary>Keys and values of the queue's database. A change here needs another <see cref="DatabaseName"/>.</summary>
/// <param name="TimeSeconds">
/// The time when the session was stored or got its last second chance, in seconds since 1970.
/// </param>
/// <param name="SessionPosition">
/// The position stored in the session: that of this entry, unless the session has moved.
/// </param>
internal readonly record struct EvictionQueueEntry(long TimeSeconds, ulong SessionPosition)
{
    internal const string DatabaseName = "tlsmgr-order-2";

    /// <summary>The bit that the numbers of the main lane have.</summary>
    internal const ulong MainLane = 1UL << 63;

    /// <summary>The size of a key in bytes.</summary>
    internal const int KeyBytes = sizeof(ulong);

    private const int FixedBytes = sizeof(long) + sizeof(ulong);

    /// <summary>The key before all those of the main lane.</summary>
    internal static ReadOnlySpan<byte> MainLaneKey => [0x80, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether a position is in the first lane.</summary>
    internal static bool IsInFirstLane(ulong number) => number < MainLane;

    /// <summary>Writes the key of a position.</summary>
    internal static void WriteKey(Span<byte> destination, ulong number) =>
        BinaryPrimitives.WriteUInt64BigEndian(destination, number);

    /// <summary>The position of a key; 0 for an invalid key.</summary>
    internal static ulong ReadKey(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes ? BinaryPrimitives.ReadUInt64BigEndian(key) : 0;

    /// <summary>The size of an entry's value in bytes.</summary>
    internal static int MeasureValue(ReadOnlySpan<byte> sessionKey) => FixedBytes + sessionKey.Length;

    /// <summary>Writes the value into a destination of exactly the measured size.</summary>
    internal void WriteValue(Span<byte> destination, ReadOnlySpan<byte> sessionKey)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, TimeSeconds);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(long)..], SessionPosition);
        sessionKey.CopyTo(destination[FixedBytes..]);
    }

    /// <summary>Reads a value; one that is too short is read as an entry without a session.</summary>
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
