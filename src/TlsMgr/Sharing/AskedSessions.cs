// Questions to the pool. Each has two ends: after a moment the clients that wait get their reply, and after some
// seconds nothing is expected any more. All wait equally long, so that the oldest question is always the next.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Sharing;

/// <summary>The questions that are not answered.</summary>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="overdueMilliseconds">After how long an answer is overdue.</param>
/// <param name="becameOverdue">Called for each question then.</param>
internal sealed class AskedSessions(TimerQueue timers, int overdueMilliseconds, Action<AskedSession> becameOverdue)
{
    private const int AnswerMilliseconds = SharingLimits.AnswerSeconds * 1000;

    private readonly Dictionary<int, AskedSession> _numbers = [];
    private readonly Dictionary<EntryName, AskedSession> _names = [];
    private readonly Queue<AskedSession> _inTime = [];
    private readonly Queue<AskedSession> _overdue = [];
    private bool _isOverdueTimerSet;
    private bool _isAnswerTimerSet;

    /// <summary>The number of questions.</summary>
    internal int Count => _numbers.Count;

    /// <summary>All questions.</summary>
    internal IEnumerable<AskedSession> All => _numbers.Values;

    /// <summary>Adds a question; no other one has its name.</summary>
    internal void Add(AskedSession asked)
    {
        _numbers.Add(asked.Number, asked);
        _names.Add(asked.Place.Name, asked);
        _inTime.Enqueue(asked);
        SetOverdueTimer();
    }

    /// <summary>The question for a name.</summary>
    internal AskedSession? Find(EntryName name) => _names.GetValueOrDefault(name);

    /// <summary>Whether an answer is awaited under a number.</summary>
    internal bool Awaits(int number) => _numbers.ContainsKey(number);

    /// <summary>Removes a question that is answered, or whose answer is not expected any more.</summary>
    internal AskedSession? Take(int number)
    {
        if (_numbers.Remove(number, out AskedSession? asked))
        {
            _names.Remove(asked.Place.Name);
        }

        return asked;
    }

    private void SetOverdueTimer()
    {
        while (_inTime.TryPeek(out AskedSession? answered) && !Awaits(answered.Number))
        {
            _inTime.Dequeue();
        }

        if (!_isOverdueTimerSet && _inTime.TryPeek(out AskedSession? next))
        {
            _isOverdueTimerSet = true;
            timers.Schedule(Left(next, overdueMilliseconds), TakeOverdue);
        }
    }

    private void TakeOverdue()
    {
        _isOverdueTimerSet = false;
        while (_inTime.TryPeek(out AskedSession? asked)
            && (!Awaits(asked.Number) || Left(asked, overdueMilliseconds) <= TimeSpan.Zero))
        {
            _inTime.Dequeue();
            if (Awaits(asked.Number))
            {
                asked.IsOverdue = true;
                _overdue.Enqueue(asked);
                becameOverdue(asked);
            }
        }

        SetOverdueTimer();
        SetAnswerTimer();
    }

    private void SetAnswerTimer()
    {
        if (!_isAnswerTimerSet && _overdue.TryPeek(out AskedSession? next))
        {
            _isAnswerTimerSet = true;
            timers.Schedule(Left(next, AnswerMilliseconds), TakeUnanswered);
        }
    }

    private void TakeUnanswered()
    {
        _isAnswerTimerSet = false;
        while (_overdue.TryPeek(out AskedSession? asked)
            && (!Awaits(asked.Number) || Left(asked, AnswerMilliseconds) <= TimeSpan.Zero))
        {
            _overdue.Dequeue();
            Take(asked.Number);
        }

        SetAnswerTimer();
    }

    private TimeSpan Left(AskedSession asked, int milliseconds) =>
        TimeSpan.FromMilliseconds(milliseconds) - timers.Clock.GetElapsedTime(asked.AskedAt);
}
