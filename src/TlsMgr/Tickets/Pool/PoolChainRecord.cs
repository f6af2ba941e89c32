// generation u32 | 0 u32 | period i64 | first period in which it encrypts i64 | 0, 8 bytes | key 32      little endian

using System;
using System.Buffers.Binary;

namespace TlsMgr.Tickets.Pool;

/// <summary>A chain as bytes, in the state file and in an export.</summary>
internal static class PoolChainRecord
{
    /// <summary>The length of a record.</summary>
    internal const int LengthBytes = KeyOffset + PoolDerivation.KeyBytes;

    private const int PeriodOffset = 8;
    private const int FromOffset = 16;
    private const int KeyOffset = 32;

    /// <summary>Writes a chain into a destination that is zero.</summary>
    internal static void Write(PoolChain chain, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, chain.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(destination[PeriodOffset..], chain.Period);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FromOffset..], chain.From);
        chain.Key.CopyTo(destination[KeyOffset..]);
    }

    /// <summary>Reads a chain; null when it is none: no generation, no key, or a period before 1970.</summary>
    internal static PoolChain? Read(ReadOnlySpan<byte> record)
    {
        uint generation = BinaryPrimitives.ReadUInt32LittleEndian(record);
        long period = BinaryPrimitives.ReadInt64LittleEndian(record[PeriodOffset..]);
        long from = BinaryPrimitives.ReadInt64LittleEndian(record[FromOffset..]);
        ReadOnlySpan<byte> key = record.Slice(KeyOffset, PoolDerivation.KeyBytes);
        if (generation == 0 || !IsPeriod(period) || !IsPeriod(from) || !key.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        PoolChain chain = new(generation, period, from);
        key.CopyTo(chain.Key);
        return chain;
    }

    /// <summary>Bounded so that no time of a period overflows. Periods of a new pool in 1970 may be negative.</summary>
    private static bool IsPeriod(long period) =>
        period is >= -2 and <= long.MaxValue / PoolLimits.MaximumPeriodSeconds / 4;
}
