// What is said of the server, in the log and to clients. Whatever goes wrong begins with one line and ends with one; a
// server that comes and goes is one outage until it has worked for some seconds.

using System;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Serving;

/// <summary>The condition of the server.</summary>
/// <param name="timers">The timers of the event loop.</param>
/// <param name="log">Receives the lines.</param>
internal sealed class ServerCondition(TimerQueue timers, Log log)
{
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(ServingLimits.SteadySeconds);

    private bool _isLogged;
    private long _workingSince;
    private string _lastName = "";

    /// <summary>What the watch found out last.</summary>
    internal ServerView View { get; private set; } =
        new() { Fault = new ServerFault(FaultKind.Unreachable, "not connected yet") };

    /// <summary>Whether a client was ever told a condition.</summary>
    internal bool IsKnown { get; private set; }

    /// <summary>Whether requests reach the server.</summary>
    internal bool IsReachable => View.Database is not null;

    /// <summary>Takes over a new view. Returns whether clients must be told.</summary>
    internal bool Update(ServerView view)
    {
        bool isChanged = !IsKnown || (view.Database is null) != (View.Database is null)
            || view.Fault?.Text != View.Fault?.Text;
        IsKnown = true;
        View = view;
        if (view.Fault is { } fault)
        {
            _workingSince = 0;
            Begin(view, fault);
        }
        else
        {
            Continue(view);
        }

        return isChanged;
    }

    private void Begin(ServerView view, ServerFault fault)
    {
        if (_isLogged)
        {
            return;
        }

        _isLogged = true;
        string server = view.Name.Length > 0 ? $"server {view.Name}: " : "";
        string effect = view.Database is null ? "no session is shared" : "some sessions are not shared";
        log.Warning($"{server}{fault.Text} -- {effect}");
    }

    private void Continue(ServerView view)
    {
        long now = timers.Clock.GetTimestamp();
        _workingSince = _workingSince == 0 ? now : _workingSince;
        if (_isLogged && timers.Clock.GetElapsedTime(_workingSince) >= Steady)
        {
            _isLogged = false;
            log.Info($"server {view.Name} works again");
        }
        else if (!_isLogged && view.Name != _lastName)
        {
            log.Info($"server {view.Name} is used");
        }

        _lastName = view.Name;
    }
}
