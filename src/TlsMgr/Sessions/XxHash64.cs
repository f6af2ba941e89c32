// XXH64, the checksum of stored sessions: detects damage by a disk or a stray write, in about a hundred nanoseconds for
// a typical session. It is not a MAC: it does not detect changes by an attacker who can write the file.

using System;
using System.Buffers.Binary;
using System.Numerics;

namespace TlsMgr.Sessions;

/// <summary>XXH64, as specified on xxhash.com (version 0.1.1).</summary>
internal static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int StripeBytes = 32;

    internal static ulong Hash(ReadOnlySpan<byte> data, ulong seed)
    {
        ReadOnlySpan<byte> rest = data;
        ulong hash = data.Length < StripeBytes ? seed + Prime5 : HashStripes(ref rest, seed);
        hash += (ulong)data.Length;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
        }

        if (rest.Length >= sizeof(uint))
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            rest = rest[sizeof(uint)..];
        }

        foreach (byte octet in rest)
        {
            hash ^= octet * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    /// <summary>Four independent sums, which the processor computes in parallel.</summary>
    private static ulong HashStripes(ref ReadOnlySpan<byte> rest, ulong seed)
    {
        ulong first = seed + Prime1 + Prime2;
        ulong second = seed + Prime2;
        ulong third = seed;
        ulong fourth = seed - Prime1;
        do
        {
            first = Round(first, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            second = Round(second, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            third = Round(third, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
            fourth = Round(fourth, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
            rest = rest[StripeBytes..];
        }
        while (rest.Length >= StripeBytes);

        ulong hash = BitOperations.RotateLeft(first, 1) + BitOperations.RotateLeft(second, 7)
            + BitOperations.RotateLeft(third, 12) + BitOperations.RotateLeft(fourth, 18);
        return Merge(Merge(Merge(Merge(hash, first), second), third), fourth);
    }

    private static ulong Merge(ulong hash, ulong sum) => ((hash ^ Round(0, sum)) * Prime1) + Prime4;

    private static ulong Round(ulong sum, ulong word) => BitOperations.RotateLeft(sum + (word * Prime2), 31) * Prime1;
}
