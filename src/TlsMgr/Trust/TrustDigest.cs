// The reload digest of one cache: SHA-256 over all its inputs, in the order of their names.
//
//   "tlsmgr-trust/1" | for each input: length of the name u32 | name, UTF-8 | hash, 32 bytes              little endian

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Trust;

/// <summary>What decides whether sessions of an earlier process may be resumed.</summary>
public sealed class TrustDigest
{
    /// <summary>The length of <see cref="Value"/>, in bytes.</summary>
    internal const int LengthBytes = SHA256.HashSizeInBytes;

    /// <summary>Makes the digest.</summary>
    /// <param name="inputs">Its inputs, in any order; each name once.</param>
    internal TrustDigest(IEnumerable<TrustInput> inputs)
    {
        Inputs = [.. inputs.OrderBy(input => input.Name, StringComparer.Ordinal)];
        Doubtful = Inputs.FirstOrDefault(input => input.Doubt is not null);
        Value = Hash(Inputs);
    }

    /// <summary>The digest of nothing.</summary>
    public static TrustDigest Empty { get; } = new([]);

    /// <summary>The inputs, in the order of their names.</summary>
    internal IReadOnlyList<TrustInput> Inputs { get; }

    /// <summary>The first input whose content is not known; null when all are.</summary>
    internal TrustInput? Doubtful { get; }

    /// <summary>Whether all inputs are known.</summary>
    internal bool IsKnown => Doubtful is null;

    /// <summary>The digest: it tells nothing unless <see cref="Doubtful"/> is null.</summary>
    internal byte[] Value { get; }

    /// <summary>SHA-256 over inputs.</summary>
    internal static byte[] Hash(IEnumerable<TrustInput> inputs)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("tlsmgr-trust/1"u8);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (TrustInput input in inputs)
        {
            byte[] name = Encoding.UTF8.GetBytes(input.Name);
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)name.Length);
            hash.AppendData(length);
            hash.AppendData(name);
            hash.AppendData(input.Hash);
        }

        return hash.GetHashAndReset();
    }
}
