// The stored form of a session. LMDB keys have 1 to 511 bytes and ids any length, so the key of a long id is its
// digest, and the value contains the id, which reading compares.
//
//   short id   key: 'i' id             value: checksum u64 | time i64 | position u64 | session
//   long id    key: 'd' SHA-256(id)    value: checksum u64 | time i64 | position u64 | id length i32 | id | session
//
// Numbers are little endian. The position is that in the eviction queue when the session was stored. The checksum
// is the XXH3 of all bytes after it, XORed with that of the key: a session under the key of another is damaged. It
// detects damage by a disk or a stray write. It is not a MAC: whoever can write the file can forge it.

using System;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>Keys and values of the sessions database. A change here needs another <see cref="DatabaseName"/>.</summary>
internal static class SessionEntry
{
    internal const string DatabaseName = "tlsmgr-sessions-4";

    private const byte ShortIdMark = (byte)'i';
    private const byte DigestMark = (byte)'d';
    private const int ChecksumBytes = sizeof(ulong);
    private const int TimeBytes = sizeof(long);
    private const int PositionBytes = sizeof(ulong);
    private const int FixedBytes = ChecksumBytes + TimeBytes + PositionBytes;
    private const int LengthBytes = sizeof(int);
    private const int LongestShortId = LmdbEnvironment.MaximumKeyBytes - 1;

    /// <summary>
    /// Writes the key of an id into a buffer of at least the maximum key size; returns the part that is the key.
    /// </summary>
    internal static ReadOnlySpan<byte> WriteKey(ReadOnlySpan<byte> id, Span<byte> buffer)
    {
        if (id.Length <= LongestShortId)
        {
            buffer[0] = ShortIdMark;
            id.CopyTo(buffer[1..]);
            return buffer[..(1 + id.Length)];
        }

        buffer[0] = DigestMark;
        SHA256.HashData(id, buffer[1..]);
        return buffer[..(1 + SHA256.HashSizeInBytes)];
    }

    /// <summary>The hash of a key, for the checksum and for <see cref="RecentUseFilter"/>.</summary>
    internal static ulong HashKey(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    /// <summary>The size of an entry's value in bytes.</summary>
    internal static long MeasureValue(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session) =>
        FixedBytes + (id.Length > LongestShortId ? LengthBytes + (long)id.Length : 0) + session.Length;

    /// <summary>Writes the value into a destination of exactly the measured size.</summary>
    internal static void WriteValue(
        Span<byte> destination, ReadOnlySpan<byte> key, long timeSeconds, ulong position, ReadOnlySpan<byte> id,
        ReadOnlySpan<byte> session)
    {
        Span<byte> rest = destination[ChecksumBytes..];
        BinaryPrimitives.WriteInt64LittleEndian(rest, timeSeconds);
        rest = rest[TimeBytes..];
        BinaryPrimitives.WriteUInt64LittleEndian(rest, position);
        rest = rest[PositionBytes..];
        if (id.Length > LongestShortId)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, id.Length);
            id.CopyTo(rest[LengthBytes..]);
            rest = rest[(LengthBytes + id.Length)..];
        }

        session.CopyTo(rest);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Checksum(HashKey(key), destination[ChecksumBytes..]));
    }

    /// <summary>Reads the value of an id's entry; false when it is damaged or belongs to another id.</summary>
    internal static bool TryReadValue(
        ReadOnlySpan<byte> value, ulong keyHash, scoped ReadOnlySpan<byte> id, out long timeSeconds,
        out ReadOnlySpan<byte> session)
    {
        session = default;
        if (!TryReadTime(value, out timeSeconds)
            || BinaryPrimitives.ReadUInt64LittleEndian(value) != Checksum(keyHash, value[ChecksumBytes..]))
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

    /// <summary>Whether an entry's checksum is that of its key and its value.</summary>
    internal static bool IsIntact(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        value.Length >= FixedBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(value) == Checksum(HashKey(key), value[ChecksumBytes..]);

    /// <summary>Reads the public properties of an entry: its id, its time and the size of the session.</summary>
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
    /// Reads the time when an entry was stored, in seconds since 1970; false when the value is too short. The checksum
    /// is not verified.
    /// </summary>
    internal static bool TryReadTime(ReadOnlySpan<byte> value, out long timeSeconds)
    {
        timeSeconds = 0;
        return value.Length >= FixedBytes
            && BinaryPrimitives.TryReadInt64LittleEndian(value[ChecksumBytes..], out timeSeconds);
    }

    /// <summary>Reads an entry's position in the eviction queue; 0 when the value is too short.</summary>
    internal static ulong ReadPosition(ReadOnlySpan<byte> value) =>
        value.Length >= FixedBytes
            ? BinaryPrimitives.ReadUInt64LittleEndian(value[(ChecksumBytes + TimeBytes)..])
            : 0;

    private static ulong Checksum(ulong keyHash, ReadOnlySpan<byte> rest) => XxHash3.HashToUInt64(rest) ^ keyHash;
}
