using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sharing;

/// <summary>Makes names and entries of sessions, and opens entries.</summary>
/// <param name="keys">The secrets of the pool.</param>
/// <param name="marks">What was withdrawn.</param>
/// <param name="settings">The settings.</param>
internal sealed class PoolEntries(SealingKeys keys, CacheMarks marks, SharingSettings settings) : IDisposable
{
    private readonly ScratchMemory _text = new(SharingLimits.SessionBytes + SealedEntry.OverheadBytes);

    /// <summary>Why nothing can be sealed or opened for now; empty when something can.</summary>
    internal string Fault { get; private set; } = "";

    /// <summary>The longest life of an entry, in seconds.</summary>
    internal int LifeSeconds => int.Min(settings.CacheTimeoutSeconds, keys.PeriodSeconds);

    /// <summary>The longest life of an entry that another host has made: their setting may be longer.</summary>
    internal int LongestSeconds => keys.PeriodSeconds;

    /// <summary>The generation in use.</summary>
    internal uint Generation => keys.Generation;

    private int Skew => int.Min(settings.SkewSeconds, keys.PeriodSeconds / 2);

    /// <summary>Moves to a time; false when nothing can be sealed or opened.</summary>
    internal bool TryMoveTo(long nowSeconds)
    {
        bool canMove = keys.TryMoveTo(nowSeconds);
        Fault = canMove ? "" : keys.Fault;
        return canMove;
    }

    /// <summary>The place of a session; null when it has none.</summary>
    internal EntryPlace? Find(int cache, ReadOnlySpan<byte> id, long nowSeconds)
    {
        if (id.Length > SharingLimits.IdBytes || !TryMoveTo(nowSeconds))
        {
            return null;
        }

        Span<byte> name = stackalloc byte[SealedEntry.NameBytes];
        SealedEntry.Name(keys.NameKey, keys.PoolName, LinkWriter.CacheName(cache), id, name);
        return new EntryPlace(cache, keys.Generation, EntryName.Of(name));
    }

    /// <summary>Seals a session that is stored now, after <see cref="Find"/>; null when it cannot be sealed.</summary>
    internal byte[]? Seal(
        int cache, ReadOnlySpan<byte> id, ReadOnlySpan<byte> session, long nowSeconds, out long expires)
    {
        expires = nowSeconds + int.Min(LifeSeconds, settings.Caches[cache]!.Cache.TimeoutSeconds);
        byte[] entry = new byte[session.Length + SealedEntry.OverheadBytes];
        try
        {
            SharedLife life = new(nowSeconds, expires);
            SealedEntry.Seal(keys.Current, keys.Period, Context(cache, id), life, session, entry);
            return entry;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Opens an entry.</summary>
    /// <param name="place">Its place, which tells the generation.</param>
    /// <param name="id">Its cache id.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="nowSeconds">The time.</param>
    /// <param name="session">The session; valid until the next call or <see cref="Release"/>.</param>
    /// <returns>The time with which it is to be stored; null when it must not be used.</returns>
    internal long? Open(
        EntryPlace place, ReadOnlySpan<byte> id, ReadOnlySpan<byte> entry, long nowSeconds,
        out ReadOnlySpan<byte> session)
    {
        session = default;
        if (!TryMoveTo(nowSeconds) || place.Generation != keys.Generation
            || entry.Length > SharingLimits.SessionBytes + SealedEntry.OverheadBytes
            || !SealedEntry.TryReadHead(entry, out byte periodByte))
        {
            return null;
        }

        ReadOnlySpan<byte> key = keys.Find(periodByte, out long period);
        if (key.IsEmpty || !SealedEntry.TryOpen(
            key, period, Context(place.Cache, id), entry, _text.Take(entry.Length), out SharedLife life, out session))
        {
            return null;
        }

        return life.StoreTime(
            nowSeconds, Skew, marks.NotBefore(place), settings.Caches[place.Cache]!.Cache.TimeoutSeconds,
            LongestSeconds);
    }

    /// <summary>Erases the session of the last <see cref="Open"/>.</summary>
    internal void Release() => _text.Release();

    /// <summary>Uses all cryptography once, before the jail, in which nothing can be loaded.</summary>
    internal static void Load()
    {
        Span<byte> key = stackalloc byte[SealedEntry.NameBytes];
        Span<byte> name = stackalloc byte[SealedEntry.NameBytes];
        Span<byte> entry = stackalloc byte[1 + SealedEntry.OverheadBytes];
        Span<byte> text = stackalloc byte[entry.Length];
        EntryContext context = new("x"u8, 1, "smtpd"u8, key, "x"u8);
        SealedEntry.Name(key, "x"u8, "smtpd"u8, "x"u8, name);
        SealedEntry.Seal(key, 1, context, default, "x"u8, entry);
        SealedEntry.TryOpen(key, 1, context, entry, text, out _, out _);
        entry[^1] ^= 1;
        SealedEntry.TryOpen(key, 1, context, entry, text, out _, out _);
    }

    /// <summary>Erases all secrets.</summary>
    public void Dispose()
    {
        _text.Dispose();
        keys.Dispose();
    }

    private EntryContext Context(int cache, ReadOnlySpan<byte> id) => new(
        keys.PoolName, keys.Generation, LinkWriter.CacheName(cache), settings.Caches[cache]!.PolicyDigest, id);
}
