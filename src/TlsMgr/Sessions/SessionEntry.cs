// How a session is kept: the key that its id becomes, and the bytes of its value. LMDB takes keys of 1 to 511 bytes and
// ids may have any length, so a long id becomes its digest and is kept in the value, where reading compares it.
//
//   short id   key: 'i' id             value: checksum u64 | time i64 | place u64 | session
//   long id    key: 'd' SHA-256(id)    value: checksum u64 | time i64 | place u64 | id length i32 | id | session
//
// Numbers are little endian. The place is that of the session in the order, as it was when it was stored. The checksum
// is that of everything behind it, begun with that of the key: a session under another's key is damaged.

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>Keys and values of the sessions database. A change here needs another <see cref="DatabaseName"/>.</summary>
internal static class SessionEntry
{
    internal const string DatabaseName = "tlsmgr-sessions-3";

    private const byte ShortIdMark = (byte)'i';
    private const byte DigestMark = (byte)'d';
    private const int ChecksumBytes = sizeof(ulong);
    private const int TimeBytes = sizeof(long);
    private const int PlaceBytes = sizeof(ulong);
    private const int FixedBytes = ChecksumBytes + TimeBytes + PlaceBytes;
    private const int LengthBytes = sizeof(int);
    private const int LongestShortId = LightningEnvironment.MaximumKeyBytes - 1;

    /// <summary>
    /// Writes the key of an id into a room of at least the longest key; answers the part that is the key.
    /// </summary>
    internal static ReadOnlySpan<byte> WriteKey(ReadOnlySpan<byte> id, Span<byte> room)
    {
        if (id.Length <= LongestShortId)
        {
            room[0] = ShortIdMark;
            id.CopyTo(room[1..]);
            return room[..(1 + id.Length)];
        }

        room[0] = DigestMark;
        SHA256.HashData(id, room[1..]);
        return room[..(1 + SHA256.HashSizeInBytes)];
    }

    /// <summary>Bytes that the value of an entry takes.</summary>
    internal static long MeasureValue(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session) =>
        FixedBytes + (id.Length > LongestShortId ? LengthBytes + (long)id.Length : 0) + session.Length;

    /// <summary>Fills a room of exactly the measured size.</summary>
    internal static void WriteValue(
        Span<byte> room, ReadOnlySpan<byte> key, long timeSeconds, ulong place, ReadOnlySpan<byte> id,
        ReadOnlySpan<byte> session)
    {
        Span<byte> rest = room[ChecksumBytes..];
        BinaryPrimitives.WriteInt64LittleEndian(rest, timeSeconds);
        rest = rest[TimeBytes..];
        BinaryPrimitives.WriteUInt64LittleEndian(rest, place);
        rest = rest[PlaceBytes..];
        if (id.Length > LongestShortId)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, id.Length);
            id.CopyTo(rest[LengthBytes..]);
            rest = rest[(LengthBytes + id.Length)..];
        }

        session.CopyTo(rest);
        BinaryPrimitives.WriteUInt64LittleEndian(room, Checksum(key, room[ChecksumBytes..]));
    }

    /// <summary>Reads the value of an id's entry; false when it is damaged or that of another id.</summary>
    internal static bool TryReadValue(
        ReadOnlySpan<byte> value, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> id, out long timeSeconds,
        out ReadOnlySpan<byte> session)
    {
        session = default;
        if (!TryReadTime(value, out timeSeconds)
            || BinaryPrimitives.ReadUInt64LittleEndian(value) != Checksum(key, value[ChecksumBytes..]))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = value[FixedBytes..];
        if (id.Length > LongestShortId)
        {
            if (rest.Length < LengthBytes + id.Length
                || BinaryPrimitives.ReadInt32LittleEndian(rest) != id.Length
                || !rest.Slice(LengthBytes, id.Length).SequenceEqual(id))
            {
                return false;
            }

            rest = rest[(LengthBytes + id.Length)..];
        }

        session = rest;
        return true;
    }

    /// <summary>Reads what may be told of an entry: its id, its time and the size of the session.</summary>
    internal static bool TryDescribe(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out ReadOnlySpan<byte> id, out long timeSeconds,
        out int sessionBytes)
    {
        id = key[1..];
        sessionBytes = value.Length - FixedBytes;
        if (!TryReadTime(value, out timeSeconds) || key[0] == ShortIdMark)
        {
            return sessionBytes >= 0;
        }

        sessionBytes -= LengthBytes;
        int idBytes = sessionBytes < 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(value[FixedBytes..]);
        sessionBytes -= idBytes;
        if (idBytes < 0 || sessionBytes < 0)
        {
            return false;
        }

        id = value.Slice(FixedBytes + LengthBytes, idBytes);
        return true;
    }

    /// <summary>
    /// Reads the time when an entry was stored, in seconds since 1970; false when the value is too short. Whether it is
    /// damaged is not looked at.
    /// </summary>
    internal static bool TryReadTime(ReadOnlySpan<byte> value, out long timeSeconds)
    {
        timeSeconds = 0;
        return value.Length >= FixedBytes
            && BinaryPrimitives.TryReadInt64LittleEndian(value[ChecksumBytes..], out timeSeconds);
    }

    /// <summary>Reads the place of an entry in the order; 0 when the value is too short.</summary>
    internal static ulong ReadPlace(ReadOnlySpan<byte> value) =>
        value.Length >= FixedBytes
            ? BinaryPrimitives.ReadUInt64LittleEndian(value[(ChecksumBytes + TimeBytes)..])
            : 0;

    private static ulong Checksum(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rest) =>
        XxHash64.Hash(rest, XxHash64.Hash(key, 0));
}
