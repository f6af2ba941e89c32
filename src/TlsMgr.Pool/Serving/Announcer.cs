// Tells other hosts which sessions of smtpd this one stored: by a list in the server for each generation, a stream of
// entries with one field k that holds the first 8 bytes of many HMACs. Entries that are older than sessions live are
// trimmed, by the server's clock: an entry's id is its time.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using StackExchange.Redis;
using TlsMgr.Pool.Connections;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Pool.Serving;

/// <summary>Collects stored sessions and announces them.</summary>
/// <param name="queue">Carries completions to the event loop.</param>
/// <param name="timers">The timers of the event loop.</param>
/// <param name="prefix">What all keys begin with.</param>
/// <param name="condition">The server.</param>
/// <param name="report">Is told of faults.</param>
internal sealed class Announcer(
    LoopQueue queue, TimerQueue timers, string prefix, ServerCondition condition, Action<Exception> report)
{
    private const int SessionBytes = sizeof(ulong);
    private const int DefaultSeconds = 3600;
    private const int SpareLists = 8;

    private readonly Dictionary<string, List<byte>> _collected = [];
    private readonly Dictionary<string, long> _lifeRenewedAt = [];
    private long _serverMilliseconds;
    private int _underWay;
    private int _repeating;
    private bool _isScheduled;

    /// <summary>Seconds that announcements stay: as long as sessions may live.</summary>
    internal int KeepSeconds { get; set; } = DefaultSeconds;

    /// <summary>
    /// The key of a generation's list; in a cluster that has lost the node of that key, the first of some others that
    /// is on another node: all hosts choose the same.
    /// </summary>
    internal static string KeyOf(string prefix, string generation, LostSlots? lost)
    {
        string key = $"{prefix}:{generation}:smtpd:recent";
        for (int i = 1; i <= SpareLists && lost?.Contains(key) == true; i++)
        {
            key = $"{prefix}:{generation}:smtpd:{i}:recent";
        }

        return key;
    }

    /// <summary>Adds a stored session.</summary>
    internal void Add(Announced session)
    {
        if (!_collected.TryGetValue(session.Generation, out List<byte>? sessions))
        {
            if (_collected.Count >= ServingLimits.Announcements)
            {
                return;
            }

            _collected[session.Generation] = sessions = [];
        }

        Span<byte> bytes = stackalloc byte[SessionBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, session.Session);
        foreach (byte one in bytes)
        {
            sessions.Add(one);
        }

        if (sessions.Count >= ServingLimits.AnnouncedSessions * SessionBytes)
        {
            _collected.Remove(session.Generation);
            Announce(session.Generation, sessions);
        }
        else if (!_isScheduled)
        {
            _isScheduled = true;
            timers.Schedule(TimeSpan.FromMilliseconds(ServingLimits.AnnounceMilliseconds), AnnounceAll);
        }
    }

    private void AnnounceAll()
    {
        _isScheduled = false;
        foreach ((string generation, List<byte> sessions) in _collected)
        {
            Announce(generation, sessions);
        }

        _collected.Clear();
    }

    /// <summary>Announces sessions; once more a little later when that fails, as it does after a failover.</summary>
    private void Announce(string generation, List<byte> sessions, bool isRepeated = false)
    {
        if (condition.View.Database is not { } database || _underWay >= ServingLimits.Announcements)
        {
            return;
        }

        string list = KeyOf(prefix, generation, condition.View.Lost);
        RedisKey key = list;
        byte[] value = [.. sessions];
        string oldest = (_serverMilliseconds - (KeepSeconds * 1000L)).ToString(CultureInfo.InvariantCulture);
        object[] arguments = _serverMilliseconds == 0
            ? [key, "*", "k", value]
            : [key, "MINID", "~", oldest, "*", "k", value];
        Watch(
            database.ExecuteAsync("XADD", arguments, condition.View.Flags), TakeServerTime,
            () => Repeat(generation, sessions, isRepeated));
        if (_lifeRenewedAt.TryGetValue(list, out long renewedAt)
            && timers.Clock.GetElapsedTime(renewedAt).TotalSeconds < ServingLimits.AnnounceLifeSeconds)
        {
            return;
        }

        if (_lifeRenewedAt.Count >= ServingLimits.Announcements)
        {
            _lifeRenewedAt.Clear();
        }

        _lifeRenewedAt[list] = timers.Clock.GetTimestamp();
        long lifeMilliseconds = (KeepSeconds + (2 * ServingLimits.AnnounceLifeSeconds)) * 1000L;
        Watch(
            database.ExecuteAsync("PEXPIRE", [key, lifeMilliseconds], condition.View.Flags), static _ => { },
            static () => { });
    }

    private void Repeat(string generation, List<byte> sessions, bool isRepeated)
    {
        if (isRepeated || _repeating >= ServingLimits.Announcements)
        {
            return;
        }

        _repeating++;
        timers.Schedule(TimeSpan.FromSeconds(ServingLimits.AnnounceAgainSeconds), () =>
        {
            _repeating--;
            Announce(generation, sessions, isRepeated: true);
        });
    }

    private void TakeServerTime(RedisResult id)
    {
        string text = (string?)id ?? "";
        int dash = text.IndexOf('-');
        if (dash > 0 && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long time))
        {
            _serverMilliseconds = time;
        }
    }

    private void Watch(Task<RedisResult> task, Action<RedisResult> done, Action failed)
    {
        _underWay++;
        queue.PostWhenDone(task, () =>
        {
            _underWay--;
            if (task.IsCompletedSuccessfully)
            {
                done(task.Result);
            }
            else if (task.Exception?.InnerException is { } fault)
            {
                report(fault);
                failed();
            }
        });
    }
}
