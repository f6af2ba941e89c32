// A session as the pool's server stores it. F(x) is a field: the length of x in 4 bytes, big endian, then x.
//
//   name     HMAC-SHA256(key of names of the generation, F("tlsmgr-pool/1 name") F(pool) F(cache) F(id))
//   entry    version 1, one byte | n modulo 256, one byte | random 16 | ciphertext | tag 16
//   text     stored i64 | expires i64 | session                                                 little endian
//   context  F("tlsmgr-pool/1 entry") F(pool) F(generation u32) F(n u64) F(cache) F(pool digest) F(id)       big endian
//
// AES-256-GCM under the entry's own key and nonce: PoolDerivation.EntryKey of C(n) and the random bytes.

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Sharing;

/// <summary>Seals and opens entries.</summary>
internal static class SealedEntry
{
    /// <summary>The length of a name.</summary>
    internal const int NameBytes = SHA256.HashSizeInBytes;

    /// <summary>Bytes that an entry has more than its session.</summary>
    internal const int OverheadBytes = HeadBytes + TimeBytes + TagBytes;

    private const byte Version = 1;
    private const int HeadBytes = 2 + PoolDerivation.EntryRandomBytes;
    private const int TimeBytes = 2 * sizeof(long);
    private const int TagBytes = 16;

    /// <summary>The name of a cache id in the pool.</summary>
    /// <param name="nameKey">The key of names of the generation.</param>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="cache">The cache: smtpd, smtp or lmtp.</param>
    /// <param name="id">The cache id.</param>
    /// <param name="name">Receives <see cref="NameBytes"/>.</param>
    internal static void Name(
        ReadOnlySpan<byte> nameKey, ReadOnlySpan<byte> pool, ReadOnlySpan<byte> cache, ReadOnlySpan<byte> id,
        Span<byte> name)
    {
        Span<byte> fields = stackalloc byte[EntryContext.FixedBytes + id.Length];
        int length = PoolDerivation.AppendField(fields, 0, "tlsmgr-pool/1 name"u8);
        length = PoolDerivation.AppendField(fields, length, pool);
        length = PoolDerivation.AppendField(fields, length, cache);
        length = PoolDerivation.AppendField(fields, length, id);
        HMACSHA256.HashData(nameKey, fields[..length], name);
    }

    /// <summary>Seals a session with new random bytes.</summary>
    /// <param name="chainKey">C(n).</param>
    /// <param name="period">n.</param>
    /// <param name="context">What it is bound to.</param>
    /// <param name="life">When it was stored, and when it expires: seconds since 1970.</param>
    /// <param name="session">The session.</param>
    /// <param name="entry">Receives the entry: <see cref="OverheadBytes"/> longer than the session.</param>
    /// <exception cref="CryptographicException">There are no random numbers.</exception>
    internal static void Seal(
        ReadOnlySpan<byte> chainKey, long period, EntryContext context, SharedLife life,
        ReadOnlySpan<byte> session, Span<byte> entry)
    {
        if (!KernelRandom.TryFill(entry[2..HeadBytes]))
        {
            throw new CryptographicException("no random bytes");
        }

        SealWith(chainKey, period, context, life, session, entry);
    }

    /// <summary>Seals a session with the random bytes that the entry has.</summary>
    internal static void SealWith(
        ReadOnlySpan<byte> chainKey, long period, EntryContext context, SharedLife life,
        ReadOnlySpan<byte> session, Span<byte> entry)
    {
        entry[0] = Version;
        entry[1] = (byte)period;
        Span<byte> text = entry[HeadBytes..^TagBytes];
        BinaryPrimitives.WriteInt64LittleEndian(text, life.Stored);
        BinaryPrimitives.WriteInt64LittleEndian(text[sizeof(long)..], life.Expires);
        session.CopyTo(text[TimeBytes..]);
        Span<byte> associated = stackalloc byte[EntryContext.FixedBytes + context.IdBytes];
        associated = associated[..context.Write(period, associated)];
        Span<byte> key = stackalloc byte[PoolDerivation.EntryKeyBytes];
        PoolDerivation.EntryKey(chainKey, context.Pool, entry[2..HeadBytes], key);
        using AesGcm cipher = new(key[..PoolDerivation.KeyBytes], TagBytes);
        cipher.Encrypt(key[PoolDerivation.KeyBytes..], text, text, entry[^TagBytes..], associated);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Whether an entry is of this version and can hold a session.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="periodByte">Its period, modulo 256.</param>
    internal static bool TryReadHead(ReadOnlySpan<byte> entry, out byte periodByte)
    {
        bool isEntry = entry.Length >= OverheadBytes && entry[0] == Version;
        periodByte = isEntry ? entry[1] : (byte)0;
        return isEntry;
    }

    /// <summary>Opens an entry that <see cref="TryReadHead"/> accepts.</summary>
    /// <param name="chainKey">C(n).</param>
    /// <param name="period">n.</param>
    /// <param name="context">What it must be bound to.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="text">Receives times and session; as long as the entry. The caller erases it.</param>
    /// <param name="life">When it was stored, and when it expires.</param>
    /// <param name="session">The session, a part of the text.</param>
    /// <returns>Whether it was sealed so; false for one that is forged, damaged or moved.</returns>
    internal static bool TryOpen(
        ReadOnlySpan<byte> chainKey, long period, EntryContext context, ReadOnlySpan<byte> entry, Span<byte> text,
        out SharedLife life, out ReadOnlySpan<byte> session)
    {
        life = default;
        session = default;
        text = text[..(entry.Length - HeadBytes - TagBytes)];
        Span<byte> associated = stackalloc byte[EntryContext.FixedBytes + context.IdBytes];
        associated = associated[..context.Write(period, associated)];
        Span<byte> key = stackalloc byte[PoolDerivation.EntryKeyBytes];
        PoolDerivation.EntryKey(chainKey, context.Pool, entry[2..HeadBytes], key);
        try
        {
            using AesGcm cipher = new(key[..PoolDerivation.KeyBytes], TagBytes);
            cipher.Decrypt(
                key[PoolDerivation.KeyBytes..], entry[HeadBytes..^TagBytes], entry[^TagBytes..], text, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        life = new SharedLife(
            BinaryPrimitives.ReadInt64LittleEndian(text),
            BinaryPrimitives.ReadInt64LittleEndian(text[sizeof(long)..]));
        session = text[TimeBytes..];
        return true;
    }
}
