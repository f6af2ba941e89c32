// The two ticket keys that are in force: the current one encrypts, both decrypt. Keys live in memory alone, are made
// when they are asked for, and are erased when they have gone out of force.

using System;
using System.Collections.Generic;
using TlsMgr.Random;

namespace TlsMgr.Tickets;

/// <summary>
/// The ticket keys of the server. With a session timeout of T seconds a key encrypts for T/2 and decrypts for T/2 more,
/// so that a ticket lives at least T/2 (tlsmgr(8), RFC 5077).
/// </summary>
/// <param name="pool">Makes keys.</param>
/// <param name="clock">The time of day: clients compare it with their own.</param>
/// <param name="timeoutSeconds">The server's session timeout; 0 when there are to be no tickets.</param>
public sealed class TicketKeyRing(RandomPool pool, TimeProvider clock, int timeoutSeconds) : IDisposable
{
    private readonly long _halfLifeSeconds = timeoutSeconds / 2;
    private TicketKey? _current;
    private TicketKey? _previous;

    /// <summary>How many keys became the current one since the start.</summary>
    public long Rotations { get; private set; }

    /// <summary>Whether there are tickets at all.</summary>
    public bool IsEnabled => timeoutSeconds > 0;

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The key to encrypt with, made anew when the last one's time is over.</summary>
    /// <returns>The key, or null when the generator failed: never a key that is not random.</returns>
    public TicketKey? GetCurrent() => _current is { } current && current.EncryptUntil > Now ? current : Rotate();

    /// <summary>
    /// Makes a new key the current one, whatever is left of the last one's time; that one still decrypts. Clients keep
    /// copies, and go on with theirs until its time is over or they meet a ticket of the new one.
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

    /// <summary>What may be told of the keys that decrypt, the current one first: names and times.</summary>
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

    /// <summary>The key of that name, while it decrypts.</summary>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        TicketKey? key = Matches(_current, name) ? _current : Matches(_previous, name) ? _previous : null;
        return key is not null && Decrypts(key, Now) ? key : null;
    }

    /// <summary>Erases the keys that decrypt no more.</summary>
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
