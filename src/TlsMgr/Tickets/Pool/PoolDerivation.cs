// HKDF-Expand with SHA-256 (RFC 5869, section 2.3). F(x) is a field: the length of x in 4 bytes, big endian, then x.
//
//   C(n+1)       Expand(C(n), F("tlsmgr-pool/1 next"), 32)
//   ticket key   Expand(C(n), F("tlsmgr-pool/1 ticket") F(pool) F(size) F(cipher) F(digest), 16 + 2 * size)
//                = name 16 | cipher key | MAC key; size: one byte, the bytes of a secret
//   fingerprint  Expand(C(n), F("tlsmgr-pool/1 fingerprint") F(pool) F(generation, 4 bytes, big endian), 8)
//   entry key    Expand(C(n), F("tlsmgr-pool/1 seal") F(pool) F(random, 16 bytes), 44) = key 32 | nonce 12

using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Tickets.Pool;

/// <summary>What is derived from the chain key C(n) of period n. Keys are derived forward only.</summary>
internal static class PoolDerivation
{
    /// <summary>The length of a chain key, in bytes.</summary>
    internal const int KeyBytes = SHA256.HashSizeInBytes;

    /// <summary>The length of the random bytes of a sealed entry.</summary>
    internal const int EntryRandomBytes = 16;

    /// <summary>The length of the key of an entry, with its nonce behind it.</summary>
    internal const int EntryKeyBytes = KeyBytes + 12;

    private const int FingerprintBytes = 8;
    private const int EntryInfoBytes = 128;
    private const int GroupBytes = 2;

    private static readonly byte[] NextInfo = Join("tlsmgr-pool/1 next"u8.ToArray());

    /// <summary>Replaces the chain key of a period by that of the next.</summary>
    internal static void Step(Span<byte> chainKey)
    {
        Span<byte> next = stackalloc byte[KeyBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, chainKey, next, NextInfo);
        next.CopyTo(chainKey);
        CryptographicOperations.ZeroMemory(next);
    }

    /// <summary>What ticket keys are bound to, besides the chain key.</summary>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="secretBytes">The size of a secret: 32, or 16 before Postfix 3.0.</param>
    /// <param name="cipher">tls_session_ticket_cipher, in any case of letters.</param>
    /// <param name="digest">The pool digest, 32 bytes.</param>
    internal static byte[] TicketInfo(string pool, int secretBytes, string cipher, ReadOnlySpan<byte> digest) => Join(
        "tlsmgr-pool/1 ticket"u8.ToArray(), Encoding.ASCII.GetBytes(pool), [(byte)secretBytes],
        Encoding.UTF8.GetBytes(cipher.ToLowerInvariant()), digest.ToArray());

    /// <summary>Derives the ticket key of a period.</summary>
    /// <param name="chainKey">The chain key of the period.</param>
    /// <param name="info">See <see cref="TicketInfo"/>.</param>
    /// <param name="material">Receives name, cipher key and MAC key: 80 bytes, or 48.</param>
    internal static void TicketKey(ReadOnlySpan<byte> chainKey, ReadOnlySpan<byte> info, Span<byte> material) =>
        HKDF.Expand(HashAlgorithmName.SHA256, chainKey, material, info);

    /// <summary>Derives key and nonce of one sealed entry.</summary>
    /// <param name="chainKey">The chain key of the period.</param>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="random">The random bytes of the entry: <see cref="EntryRandomBytes"/>.</param>
    /// <param name="key">Receives <see cref="EntryKeyBytes"/>.</param>
    internal static void EntryKey(
        ReadOnlySpan<byte> chainKey, ReadOnlySpan<byte> pool, ReadOnlySpan<byte> random, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[EntryInfoBytes];
        int length = AppendField(info, 0, "tlsmgr-pool/1 seal"u8);
        length = AppendField(info, length, pool);
        length = AppendField(info, length, random);
        HKDF.Expand(HashAlgorithmName.SHA256, chainKey, key, info[..length]);
    }

    /// <summary>Writes a field behind others; returns the length of all.</summary>
    internal static int AppendField(Span<byte> fields, int length, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteUInt32BigEndian(fields[length..], (uint)field.Length);
        field.CopyTo(fields[(length + sizeof(uint))..]);
        return length + sizeof(uint) + field.Length;
    }

    /// <summary>A text that is equal on all hosts of a pool within a period, and reveals nothing.</summary>
    internal static string Fingerprint(ReadOnlySpan<byte> chainKey, string pool, uint generation)
    {
        byte[] number = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, generation);
        byte[] info = Join("tlsmgr-pool/1 fingerprint"u8.ToArray(), Encoding.ASCII.GetBytes(pool), number);
        Span<byte> fingerprint = stackalloc byte[FingerprintBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, chainKey, fingerprint, info);
        return Describe(fingerprint);
    }

    /// <summary>The first 8 bytes of a digest, for people: 1a2b-3c4d-5e6f-7a8b.</summary>
    internal static string Describe(ReadOnlySpan<byte> digest) => string.Join(
        '-',
        Convert.ToHexStringLower(digest[..FingerprintBytes]).Chunk(2 * GroupBytes)
            .Select(static group => new string(group)));

    private static byte[] Join(params byte[][] fields)
    {
        using MemoryStream joined = new();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (byte[] field in fields)
        {
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)field.Length);
            joined.Write(length);
            joined.Write(field);
        }

        return joined.ToArray();
    }
}
