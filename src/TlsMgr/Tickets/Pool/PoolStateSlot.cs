// One slot of the state file, 512 bytes, so that a disk writes it whole; little endian:
//
//     0  "tlsmgrP1"                                    the version of the format
//     8  sequence u64 | period in seconds u32 | number of chains u32
//    24  name, 64 bytes, NUL padded
//    88  chains, 64 bytes each: PoolChainRecord
//   216  trusted clocks: time of day i64 | boot time i64 | boot 16
//   248  pending clocks: the same
//   280  keys of names, 32 bytes each, one per chain; 0 for a chain of an older version
//   344  marks of the caches smtpd, smtp, lmtp, 24 bytes each: PoolCacheMark
//   416  0
//   480  SHA-256 of the bytes before

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Tickets.Pool;

/// <summary>A state as bytes.</summary>
internal static class PoolStateSlot
{
    /// <summary>The length of a slot.</summary>
    internal const int LengthBytes = ChecksumOffset + SHA256.HashSizeInBytes;

    private const int SequenceOffset = 8;
    private const int PeriodOffset = 16;
    private const int CountOffset = 20;
    private const int NameOffset = 24;
    private const int ChainsOffset = NameOffset + PoolLimits.NameBytes + 1;
    private const int TrustedOffset = ChainsOffset + (PoolState.MaximumChains * PoolChainRecord.LengthBytes);
    private const int MarkBytes = 32;
    private const int NameKeysOffset = TrustedOffset + (2 * MarkBytes);
    private const int CacheMarksOffset = NameKeysOffset + (PoolState.MaximumChains * PoolDerivation.KeyBytes);
    private const int ChecksumOffset = 480;

    private static ReadOnlySpan<byte> Magic => "tlsmgrP1"u8;

    private static ReadOnlySpan<byte> AnyMagic => "tlsmgrP"u8;

    /// <summary>Writes a state into a slot.</summary>
    internal static void Write(PoolState state, Span<byte> slot)
    {
        slot.Clear();
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[SequenceOffset..], state.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(slot[PeriodOffset..], state.PeriodSeconds);
        BinaryPrimitives.WriteInt32LittleEndian(slot[CountOffset..], state.Chains.Count);
        Encoding.ASCII.GetBytes(state.Name, slot[NameOffset..]);
        for (int index = 0; index < state.Chains.Count; index++)
        {
            PoolChainRecord.Write(state.Chains[index], RecordOf(slot, index));
            state.Chains[index].NameKey.CopyTo(slot[NameKeyOffset(index)..]);
        }

        for (int index = 0; index < PoolCacheMark.Count; index++)
        {
            state.CacheMarks[index].Write(slot[CacheMarkOffset(index)..]);
        }

        Write(state.Trusted, slot[TrustedOffset..]);
        Write(state.Pending, slot[(TrustedOffset + MarkBytes)..]);
        SHA256.HashData(slot[..ChecksumOffset], slot[ChecksumOffset..]);
    }

    /// <summary>Reads a slot.</summary>
    /// <param name="slot">Its bytes, cleared by the caller.</param>
    /// <param name="fault">Why it holds no state; empty when it does.</param>
    internal static PoolState? Read(ReadOnlySpan<byte> slot, out string fault)
    {
        fault = FindFault(slot);
        if (fault.Length > 0)
        {
            return null;
        }

        int periodSeconds = BinaryPrimitives.ReadInt32LittleEndian(slot[PeriodOffset..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(slot[CountOffset..]);
        ReadOnlySpan<byte> name = slot.Slice(NameOffset, PoolLimits.NameBytes);
        int end = name.IndexOf((byte)0);
        PoolState state = new(Encoding.ASCII.GetString(end < 0 ? name : name[..end]), periodSeconds)
        {
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(slot[SequenceOffset..]),
            Trusted = ReadMark(slot[TrustedOffset..]),
            Pending = ReadMark(slot[(TrustedOffset + MarkBytes)..]),
        };
        for (int index = 0; index < PoolCacheMark.Count; index++)
        {
            state.CacheMarks[index] = PoolCacheMark.Read(slot[CacheMarkOffset(index)..]);
        }

        fault = ReadChains(slot, count, state) ? PoolStateRules.FindFault(state) : "a secret is not valid";
        if (fault.Length == 0)
        {
            return state;
        }

        state.Dispose();
        return null;
    }

    private static string FindFault(ReadOnlySpan<byte> slot)
    {
        if (!slot.ContainsAnyExcept((byte)0))
        {
            return "it is empty";
        }

        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(slot[..ChecksumOffset], checksum);
        bool isWhole = checksum.SequenceEqual(slot[ChecksumOffset..]);
        return isWhole && slot.StartsWith(Magic) ? ""
            : isWhole && slot.StartsWith(AnyMagic) ? "it is of another version of TlsMgr"
            : "it is damaged, or no state of a pool";
    }

    private static bool ReadChains(ReadOnlySpan<byte> slot, int count, PoolState state)
    {
        for (int index = 0; index < int.Min(count, PoolState.MaximumChains); index++)
        {
            if (PoolChainRecord.Read(RecordOf(slot, index)) is not { } chain)
            {
                return false;
            }

            slot.Slice(NameKeyOffset(index), PoolDerivation.KeyBytes).CopyTo(chain.NameKey);
            state.Add(chain);
        }

        return count is > 0 and <= PoolState.MaximumChains;
    }

    private static int NameKeyOffset(int index) => NameKeysOffset + (index * PoolDerivation.KeyBytes);

    private static int CacheMarkOffset(int index) => CacheMarksOffset + (index * PoolCacheMark.LengthBytes);

    private static Span<byte> RecordOf(Span<byte> slot, int index) =>
        slot.Slice(ChainsOffset + (index * PoolChainRecord.LengthBytes), PoolChainRecord.LengthBytes);

    private static ReadOnlySpan<byte> RecordOf(ReadOnlySpan<byte> slot, int index) =>
        slot.Slice(ChainsOffset + (index * PoolChainRecord.LengthBytes), PoolChainRecord.LengthBytes);

    private static void Write(PoolClockMark mark, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, mark.WallSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(destination[sizeof(long)..], mark.BootSeconds);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[(2 * sizeof(long))..], mark.Boot);
    }

    private static PoolClockMark ReadMark(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source),
        BinaryPrimitives.ReadInt64LittleEndian(source[sizeof(long)..]),
        BinaryPrimitives.ReadUInt128LittleEndian(source[(2 * sizeof(long))..]));
}
