using System;

namespace TlsMgr.Postfix.Events;

/// <summary>One scheduled action.</summary>
public sealed class ScheduledTimer
{
    private readonly Action _action;

    internal ScheduledTimer(Action action) => _action = action;

    /// <summary>Whether it was cancelled or has run.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Cancels the timer. Has no effect after it ran.</summary>
    public void Cancel() => IsCancelled = true;

    internal void Run()
    {
        if (!IsCancelled)
        {
            IsCancelled = true;
            _action();
        }
    }
}
