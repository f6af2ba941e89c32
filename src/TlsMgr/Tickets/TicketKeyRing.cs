// The two active ticket keys: the current one encrypts, both decrypt. Keys are created on demand, and erased when they
// expire. No disk holds them; the kernel may keep them for the next process.
//
// Times of keys are times of day, because clients compare them with their own clock. A clock that is wrong for a while
// must not outlive its correction: a key whose time lies further ahead than any key's can is retired, and no key
// decrypts for longer than its life on the monotonic clock.
// Invariant: the current key has the latest EncryptUntil. A client that fetches a key to decrypt with makes it its own
// current key when it has a later time than the one it has.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Events;
using TlsMgr.Random;

namespace TlsMgr.Tickets;

/// <summary>
/// The ticket keys of smtpd(8). With a session timeout of T seconds a key encrypts for T/2 and decrypts for T/2 more,
/// so that a ticket is valid for at least T/2 (tlsmgr(8), RFC 5077).
/// </summary>
/// <param name="pool">The source of key bytes.</param>
/// <param name="timers">The timers of the event loop, and its clock.</param>
/// <param name="timeoutSeconds">The server's session timeout; 0 disables tickets.</param>
public sealed class TicketKeyRing(RandomPool pool, TimerQueue timers, int timeoutSeconds)
    : ITicketKeySource, IDisposable
{
    private readonly long _halfLifeSeconds = timeoutSeconds / 2;
    private TicketKey? _current;
    private TicketKey? _previous;
    private bool _isErasureScheduled;
    private KeptTicketKeys _kept = KeptTicketKeys.None("they end with this process");

    /// <summary>The number of keys that became the current one since the start.</summary>
    public long Rotations { get; private set; }

    /// <summary>Whether tickets are enabled.</summary>
    public bool IsEnabled => timeoutSeconds > 0;

    /// <summary>Why the next process will not have the keys; empty when it will.</summary>
    public string KeepingFault => _kept.Fault;

    private long Now => timers.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The life of a key on the monotonic clock.</summary>
    private TimeSpan Life => TimeSpan.FromSeconds(2 * _halfLifeSeconds);

    /// <summary>Returns the key that encrypts; rotates when its time to encrypt is over.</summary>
    /// <returns>The key, or null when the generator failed: never a key that is not random.</returns>
    public TicketKey? GetCurrent()
    {
        long now = Now;
        RetireFutureKeys(now);
        return _current is { } current && current.EncryptUntil > now && Decrypts(current, now) ? current : Rotate();
    }

    /// <summary>
    /// Creates a new current key, even before the previous one's time to encrypt is over; the previous key still
    /// decrypts. Clients keep copies of keys: they use theirs until its time is over or they receive a ticket of the
    /// new one.
    /// </summary>
    /// <returns>The key, or null when the generator failed: never a key that is not random.</returns>
    public TicketKey? Rotate()
    {
        long now = Now;
        TicketKey fresh = new(now + _halfLifeSeconds - 1, timers.Clock.GetTimestamp());
        if (!pool.TryFill(fresh.Bytes))
        {
            fresh.Dispose();
            return null;
        }

        RetireFutureKeys(now);
        _previous?.Dispose();
        _previous = _current;
        _previous?.RetireBefore(fresh.EncryptUntil);
        _current = fresh;
        Rotations++;
        _kept.Save(fresh, _previous, (int)long.Max(2 * _halfLifeSeconds, 1));
        ScheduleErasure(Life);
        return _current;
    }

    /// <summary>
    /// Continues with the keys that the process before kept, and keeps those of this one from now on. To be called as
    /// the user who serves, before the first request.
    /// </summary>
    public void KeepIn(KeptTicketKeys kept)
    {
        _kept = kept;
        if (kept.TryLoad(out _current, out _previous))
        {
            EraseExpired();
        }
    }

    /// <summary>
    /// Creates a new current key and erases all others, here and where they are kept. Clients still have their copies.
    /// </summary>
    /// <returns>Whether all are gone and there is a new one.</returns>
    public bool Replace()
    {
        Dispose();
        bool isErased = _kept.TryErase();

        // Keys that could not be erased are gone as well when the new one has taken their place.
        return Rotate() is not null && (isErased || _kept.Fault.Length == 0);
    }

    /// <summary>The public properties of the keys that decrypt, the current one first: names and times.</summary>
    public IEnumerable<TicketKeyStatus> Describe()
    {
        long now = Now;
        RetireFutureKeys(now);
        foreach (TicketKey? key in new[] { _current, _previous })
        {
            if (key is not null && Decrypts(key, now))
            {
                yield return new TicketKeyStatus(
                    Convert.ToHexStringLower(key.Name), ReferenceEquals(key, _current) ? "current" : "previous",
                    long.Max(key.EncryptUntil - now, 0), key.EncryptUntil + _halfLifeSeconds - now);
            }
        }
    }

    /// <summary>Returns the key of that name if it still decrypts, otherwise null.</summary>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        long now = Now;
        RetireFutureKeys(now);
        TicketKey? key = Matches(_current, name) ? _current : Matches(_previous, name) ? _previous : null;
        return key is not null && Decrypts(key, now) ? key : null;
    }

    /// <summary>Erases the keys.</summary>
    public void Dispose()
    {
        _current?.Dispose();
        _previous?.Dispose();
        _current = null;
        _previous = null;
    }

    /// <summary>
    /// Ends the time to encrypt of keys that were created while the clock was ahead: until it is set right, a key ends
    /// at most half a timeout from now. What such a key has encrypted can be decrypted as long as that of any key.
    /// </summary>
    private void RetireFutureKeys(long now)
    {
        if (_current is { } current && current.EncryptUntil - now > _halfLifeSeconds)
        {
            current.RetireBefore(now);
            _previous?.RetireBefore(current.EncryptUntil);
        }
    }

    /// <summary>
    /// Erases the keys that no longer decrypt, here and where they are kept, also when no client asks for another key.
    /// </summary>
    private void EraseExpired()
    {
        _isErasureScheduled = false;
        long now = Now;
        if (EraseExpired(ref _current, now) | EraseExpired(ref _previous, now))
        {
            KeepTheRest();
        }

        if ((_previous ?? _current) is { } oldest)
        {
            TimeSpan left = Life - timers.Clock.GetElapsedTime(oldest.CreatedTimestamp);
            ScheduleErasure(left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
        }
    }

    private void ScheduleErasure(TimeSpan delay)
    {
        if (!_isErasureScheduled)
        {
            timers.Schedule(delay, EraseExpired);
            _isErasureScheduled = true;
        }
    }

    private bool EraseExpired(ref TicketKey? key, long now)
    {
        if (key is null || Decrypts(key, now))
        {
            return false;
        }

        key.Dispose();
        key = null;
        return true;
    }

    private void KeepTheRest()
    {
        if (_current is { } current)
        {
            TimeSpan left = Life - timers.Clock.GetElapsedTime(current.CreatedTimestamp);
            _kept.Save(current, _previous, (int)Math.Ceiling(left.TotalSeconds));
        }
        else if (_previous is null)
        {
            _kept.TryErase();
        }
    }

    private bool Decrypts(TicketKey key, long now) =>
        key.EncryptUntil + _halfLifeSeconds > now && HasLifeLeft(timers.Clock.GetElapsedTime(key.CreatedTimestamp));

    /// <summary>A key that was created later than now is one of another clock.</summary>
    private bool HasLifeLeft(TimeSpan age) => age >= TimeSpan.Zero && age < Life;

    private static bool Matches(TicketKey? key, ReadOnlySpan<byte> name) =>
        key is not null && key.Name.SequenceEqual(name);
}
