// A state as a line of text, by which it comes to another host:
//
//   "tlsmgr-pool/1" blank name blank base64 of: period in seconds u32 | number of chains u8 | chains, 64 bytes each |
//   keys of names, 32 bytes each, which an older version leaves out |
//   the first 8 bytes of SHA-256 over "tlsmgr-pool/1 export" NUL name NUL and the bytes before         little endian

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Tickets.Pool;

/// <summary>Writes and reads the line of an export. It is the secret of the pool.</summary>
internal static class PoolExport
{
    /// <summary>The length of the longest line.</summary>
    internal const int MaximumLength = 1024;

    private const string Format = "tlsmgr-pool/1";
    private const int HeadBytes = sizeof(uint) + 1;
    private const int ChecksumBytes = 8;
    private const int MaximumBytes =
        HeadBytes + (PoolState.MaximumChains * (PoolChainRecord.LengthBytes + PoolDerivation.KeyBytes)) + ChecksumBytes;

    /// <summary>Writes a state as a line, without its end.</summary>
    /// <param name="state">The state.</param>
    /// <param name="destination">Receives ASCII; <see cref="MaximumLength"/> is enough. The caller erases it.</param>
    /// <returns>The length of the line.</returns>
    internal static int Write(PoolState state, Span<byte> destination)
    {
        Span<byte> payload = stackalloc byte[MaximumBytes];
        payload.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(payload, state.PeriodSeconds);
        payload[sizeof(uint)] = (byte)state.Chains.Count;
        int length = HeadBytes;
        foreach (PoolChain chain in state.Chains)
        {
            PoolChainRecord.Write(chain, payload[length..]);
            length += PoolChainRecord.LengthBytes;
        }

        foreach (PoolChain chain in state.Chains)
        {
            chain.NameKey.CopyTo(payload[length..]);
            length += PoolDerivation.KeyBytes;
        }

        WriteChecksum(state.Name, payload[..length], payload[length..]);
        int written = Encoding.ASCII.GetBytes($"{Format} {state.Name} ", destination);
        System.Buffers.Text.Base64.EncodeToUtf8(
            payload[..(length + ChecksumBytes)], destination[written..], out _, out int encoded);
        CryptographicOperations.ZeroMemory(payload);
        return written + encoded;
    }

    /// <summary>Reads a line, with or without its end.</summary>
    /// <param name="line">The text, as bytes; the caller erases it.</param>
    /// <param name="fault">Why it is refused; empty when it is a state.</param>
    internal static PoolState? TryRead(ReadOnlySpan<byte> line, out string fault)
    {
        line = line.EndsWith("\n"u8) ? line[..^1] : line;
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        fault = line.IsEmpty ? "there is no text"
            : line.Contains((byte)'\n') ? "there is more than one line"
            : line.Length > MaximumLength ? "the line is too long"
            : "";
        if (fault.Length > 0)
        {
            return null;
        }

        int nameStart = line.IndexOf((byte)' ') + 1;
        int nameEnd = nameStart + line[nameStart..].IndexOf((byte)' ');
        if (nameStart == 0 || nameEnd < nameStart || !line[..(nameStart - 1)].SequenceEqual("tlsmgr-pool/1"u8))
        {
            fault = line.StartsWith("tlsmgr-pool/"u8) && !line.StartsWith("tlsmgr-pool/1 "u8)
                ? "it is of another version of TlsMgr"
                : "it does not begin as an export of a pool";
            return null;
        }

        return Decode(Encoding.ASCII.GetString(line[nameStart..nameEnd]), line[(nameEnd + 1)..], out fault);
    }

    private static PoolState? Decode(string name, ReadOnlySpan<byte> text, out string fault)
    {
        Span<byte> payload = stackalloc byte[MaximumBytes];
        PoolState? state = null;
        if (System.Buffers.Text.Base64.DecodeFromUtf8(text, payload, out int read, out int length)
            != System.Buffers.OperationStatus.Done || read != text.Length || !HasChecksum(name, payload[..length]))
        {
            fault = "it is cut short or damaged";
        }
        else
        {
            state = ReadChains(name, payload[..(length - ChecksumBytes)], out fault);
        }

        CryptographicOperations.ZeroMemory(payload);
        return state;
    }

    private static PoolState? ReadChains(string name, ReadOnlySpan<byte> payload, out string fault)
    {
        PoolState state = new(name, BinaryPrimitives.ReadInt32LittleEndian(payload));
        int count = payload[sizeof(uint)];
        ReadOnlySpan<byte> records = payload[HeadBytes..];
        ReadOnlySpan<byte> nameKeys = records[int.Min(count * PoolChainRecord.LengthBytes, records.Length)..];
        fault = count is > 0 and <= PoolState.MaximumChains && records.Length >= count * PoolChainRecord.LengthBytes
            && (nameKeys.IsEmpty || nameKeys.Length == count * PoolDerivation.KeyBytes)
            ? ""
            : "it has another number of secrets than it says";
        for (int index = 0; index < count && fault.Length == 0; index++)
        {
            if (PoolChainRecord.Read(records[(index * PoolChainRecord.LengthBytes)..]) is { } chain)
            {
                ReadOnlySpan<byte> nameKey = nameKeys[..int.Min(nameKeys.Length, PoolDerivation.KeyBytes)];
                nameKey.CopyTo(chain.NameKey);
                nameKeys = nameKeys[nameKey.Length..];
                state.Add(chain);
            }
            else
            {
                fault = "a secret is not valid";
            }
        }

        fault = fault.Length == 0 ? PoolStateRules.FindFault(state) : fault;
        if (fault.Length == 0)
        {
            return state;
        }

        state.Dispose();
        return null;
    }

    private static bool HasChecksum(string name, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeadBytes + ChecksumBytes)
        {
            return false;
        }

        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        WriteChecksum(name, payload[..^ChecksumBytes], checksum);
        return checksum.SequenceEqual(payload[^ChecksumBytes..]);
    }

    private static void WriteChecksum(string name, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("tlsmgr-pool/1 export\0"u8);
        hash.AppendData(Encoding.ASCII.GetBytes($"{name}\0"));
        hash.AppendData(payload);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        digest[..ChecksumBytes].CopyTo(destination);
    }
}
