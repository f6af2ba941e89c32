// The destination of the log changes during the start: configured by the environment until main.cf is read, then by
// main.cf; inside the jail the same socket has another path.

using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Start;

/// <summary>The log of this process and its targets.</summary>
public sealed class DaemonLog : IDisposable
{
    private const string DefaultTag = "postfix";

    private readonly TimeProvider _clock;
    private readonly int _loopThread = Environment.CurrentManagedThreadId;
    private DatagramSender _sender;
    private Func<TimeSpan, Action, object>? _schedule;
    private string? _pathInJail;
    private string _tag;
    private bool _logsToStandardError;
    private bool _logsToTerminal;

    /// <summary>Opens the log configured by MAIL_LOGTAG, POSTLOG_SERVICE and POSTLOG_HOSTNAME.</summary>
    /// <param name="programName">The program's name in logs and main.cf: <c>tlsmgr</c>.</param>
    /// <param name="clock">The time of the records.</param>
    public DaemonLog(string programName, TimeProvider clock)
    {
        ProgramName = programName;
        _clock = clock;
        _tag = Tag(Environment.GetEnvironmentVariable("MAIL_LOGTAG") ?? DefaultTag);
        if (Environment.GetEnvironmentVariable("POSTLOG_SERVICE") is { Length: > 0 } socket)
        {
            string host = Environment.GetEnvironmentVariable("POSTLOG_HOSTNAME") ?? ProcessControl.HostName;
            _sender = new DatagramSender(socket, clock);
            Main = new PostlogTarget(_sender, clock, FirstLabel(host), _tag);
        }
        else
        {
            _sender = new DatagramSender(SyslogTarget.SocketPath, clock);
            Main = new SyslogTarget(_sender, clock, SyslogFacility.Find("mail")!.Value, _tag);
        }

        Connect();
    }

    /// <summary>The program's name in logs and main.cf.</summary>
    public string ProgramName { get; }

    /// <summary>The log, whose targets this object sets.</summary>
    public Log Log { get; } = new();

    private ILogTarget Main { get; set; }

    /// <summary>Opens the log configured by main.cf.</summary>
    /// <param name="parameters">The parameters that name it.</param>
    public void Configure(PostfixParameters parameters)
    {
        _sender.SendHeld(LogLimits.RecordWaitMilliseconds);
        _sender.Dispose();
        _tag = Tag(parameters.SyslogName);
        if (parameters.LogFile.Length > 0)
        {
            _pathInJail = $"/public/{parameters.PostlogServiceName}";
            _sender = new DatagramSender(parameters.QueueDirectory + _pathInJail, _clock);
            Main = new PostlogTarget(_sender, _clock, FirstLabel(parameters.HostName), _tag);
        }
        else
        {
            _sender = new DatagramSender(SyslogTarget.SocketPath, _clock);
            Main = new SyslogTarget(_sender, _clock, parameters.SyslogFacility, _tag);
        }

        Connect();
    }

    /// <summary>Logs to standard error too, with the tag of the log: <c>-V</c>.</summary>
    public void AddStandardError()
    {
        _logsToStandardError = true;
        SetTargets();
    }

    /// <summary>
    /// Logs to standard error too, with the program's name as tag: to the user who started it at a terminal.
    /// </summary>
    public void LogToTerminal()
    {
        _logsToTerminal = true;
        SetTargets();
    }

    /// <summary>Uses the socket's path inside the jail.</summary>
    public void EnterJail() => _sender.Path = _pathInJail ?? SyslogTarget.SocketPath;

    /// <summary>Sends records that the socket did not take, by timers of the event loop.</summary>
    /// <param name="schedule">Schedules a timer.</param>
    public void SendHeldRecordsBy(Func<TimeSpan, Action, object> schedule)
    {
        _schedule = schedule;
        _sender.OnHeld = ResendSoon;
        ResendSoon();
    }

    /// <summary>Sends what is held, before the end of the process.</summary>
    public void SendHeldRecords() => _sender.SendHeld(LogLimits.FinalWaitMilliseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        SendHeldRecords();
        _sender.Dispose();
    }

    private void ResendSoon()
    {
        // The watchdog's thread logs one record, and waits for it by itself.
        if (Environment.CurrentManagedThreadId == _loopThread)
        {
            Resend(LogLimits.FirstResendMilliseconds);
        }
    }

    private void Resend(int delayMilliseconds)
    {
        if (!_sender.SendHeld(out bool hasSent))
        {
            // A socket takes few records at a time: a reader that has come back is followed closely.
            int delay = hasSent ? LogLimits.FirstResendMilliseconds : delayMilliseconds;
            _schedule?.Invoke(
                TimeSpan.FromMilliseconds(delay),
                () => Resend(int.Min(delay * 2, LogLimits.LastResendMilliseconds)));
        }
    }

    private void Connect()
    {
        _sender.Connect();
        SetTargets();
    }

    private void SetTargets()
    {
        List<ILogTarget> targets = [Main];
        if (_logsToTerminal || _logsToStandardError)
        {
            targets.Add(new StandardErrorTarget(_logsToTerminal ? ProgramName : _tag));
        }

        Log.ReplaceTargets(targets);
    }

    private string Tag(string name) => $"{name}/{ProgramName}";

    private static string FirstLabel(string host) => host.Split('.')[0];
}
