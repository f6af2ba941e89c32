using System;
using System.Buffers.Binary;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Sharing;

/// <summary>What an entry is bound to: it opens nowhere else.</summary>
internal readonly ref struct EntryContext
{
    /// <summary>The most bytes of <see cref="Write"/>, beside the id.</summary>
    internal const int FixedBytes = 256;

    /// <summary>The name of the pool.</summary>
    internal readonly ReadOnlySpan<byte> Pool;

    private readonly uint _generation;
    private readonly ReadOnlySpan<byte> _cache;
    private readonly ReadOnlySpan<byte> _policy;
    private readonly ReadOnlySpan<byte> _id;

    /// <summary>Names all that it is.</summary>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="generation">The generation of its secret.</param>
    /// <param name="cache">The cache: smtpd, smtp or lmtp.</param>
    /// <param name="policy">The pool digest of the cache, 32 bytes.</param>
    /// <param name="id">The cache id.</param>
    internal EntryContext(
        ReadOnlySpan<byte> pool, uint generation, ReadOnlySpan<byte> cache, ReadOnlySpan<byte> policy,
        ReadOnlySpan<byte> id)
    {
        Pool = pool;
        _generation = generation;
        _cache = cache;
        _policy = policy;
        _id = id;
    }

    /// <summary>The length of the id.</summary>
    internal int IdBytes => _id.Length;

    /// <summary>Writes it for a period; returns the length.</summary>
    internal int Write(long period, Span<byte> destination)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        int length = PoolDerivation.AppendField(destination, 0, "tlsmgr-pool/1 entry"u8);
        length = PoolDerivation.AppendField(destination, length, Pool);
        BinaryPrimitives.WriteUInt32BigEndian(number, _generation);
        length = PoolDerivation.AppendField(destination, length, number[..sizeof(uint)]);
        BinaryPrimitives.WriteInt64BigEndian(number, period);
        length = PoolDerivation.AppendField(destination, length, number);
        length = PoolDerivation.AppendField(destination, length, _cache);
        length = PoolDerivation.AppendField(destination, length, _policy);
        return PoolDerivation.AppendField(destination, length, _id);
    }
}
