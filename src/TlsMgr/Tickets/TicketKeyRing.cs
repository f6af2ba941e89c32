// The two active ticket keys: the current one encrypts, both decrypt. Keys exist in memory alone, are created on
// demand, and are erased after they expire.

using System;
using System.Collections.Generic;
using TlsMgr.Random;

namespace TlsMgr.Tickets;

/// <summary>
/// The ticket keys of smtpd(8). With a session timeout of T seconds a key encrypts for T/2 and decrypts for T/2 more,
/// so that a ticket is valid for at least T/2 (tlsmgr(8), RFC 5077).
/// </summary>
/// <param name="pool">The source of key bytes.</param>
/// <param name="clock">The time of day, which clients compare with their own.</param>
/// <param name="timeoutSeconds">The server's session timeout; 0 disables tickets.</param>
public sealed class TicketKeyRing(RandomPool pool, TimeProvider clock, int timeoutSeconds) : IDisposable
{
    private readonly long _halfLifeSeconds = timeoutSeconds / 2;
    private TicketKey? _current;
    private TicketKey? _previous;

    /// <summary>The number of keys that became the current one since the start.</summary>
    public long Rotations { get; private set; }

    /// <summary>Whether tickets are enabled.</summary>
    public bool IsEnabled => timeoutSeconds > 0;

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Returns the key that encrypts; rotates when its time to encrypt is over.</summary>
    /// <returns>The key, or null when the generator failed: never a key that is not random.</returns>
    public TicketKey? GetCurrent() => _current is { } current && current.EncryptUntil > Now ? current : Rotate();

    /// <summary>
    /// Creates a new current key, even before the previous one's time to encrypt is over; the previous key still
    /// decrypts. Clients keep copies of keys: they use theirs until its time is over or they receive a ticket of the
    /// new one.
    /// </summary>
    /// <returns>The key, or null when the generator failed: never a key that is not random.</returns>
    public TicketKey? Rotate()
    {
        TicketKey fresh = new(Now + _halfLifeSeconds - 1);
        if (!pool.TryFill(fresh.Bytes))
        {
            fresh.Dispose();
            return null;
        }

        _previous?.Dispose();
        _previous = _current;
        _current = fresh;
        Rotations++;
        return _current;
    }

    /// <summary>The public properties of the keys that decrypt, the current one first: names and times.</summary>
    public IEnumerable<TicketKeyStatus> Describe()
    {
        long now = Now;
        foreach (TicketKey? key in new[] { _current, _previous })
        {
            if (key is not null && Decrypts(key, now))
            {
                yield return new TicketKeyStatus(
                    Convert.ToHexStringLower(key.Name), ReferenceEquals(key, _current),
                    long.Max(key.EncryptUntil - now, 0), key.EncryptUntil + _halfLifeSeconds - now);
            }
        }
    }

    /// <summary>Returns the key of that name if it still decrypts, otherwise null.</summary>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        TicketKey? key = Matches(_current, name) ? _current : Matches(_previous, name) ? _previous : null;
        return key is not null && Decrypts(key, Now) ? key : null;
    }

    /// <summary>Erases the keys that no longer decrypt.</summary>
    public void EraseExpired()
    {
        long now = Now;
        EraseExpired(ref _current, now);
        EraseExpired(ref _previous, now);
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose()
    {
        _current?.Dispose();
        _previous?.Dispose();
        _current = null;
        _previous = null;
    }

    private void EraseExpired(ref TicketKey? key, long now)
    {
        if (key is not null && !Decrypts(key, now))
        {
            key.Dispose();
            key = null;
        }
    }

    private bool Decrypts(TicketKey key, long now) => key.EncryptUntil + _halfLifeSeconds > now;

    private static bool Matches(TicketKey? key, ReadOnlySpan<byte> name) =>
        key is not null && key.Name.SequenceEqual(name);
}
