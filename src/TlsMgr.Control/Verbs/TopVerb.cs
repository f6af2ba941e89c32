using System;
using System.Collections.Generic;
using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Live;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb top: rates, hit ratios, times, sessions and ticket keys, sampled every some seconds. On a terminal it has a
/// screen of its own; elsewhere it prints plain text.
/// </summary>
[Verb("top", HelpText = "Show rates, hit ratios, times, sessions and ticket keys, live; q quits.")]
internal sealed class TopVerb : ControlVerb
{
    private const int MaximumRefreshSeconds = 3600;
    private const int DefaultRefreshSeconds = 2;

    /// <summary>As many samples without a reply in a row end the verb: a reload costs one at most.</summary>
    private const int MaximumFailures = 3;

    private const string Footer = "q quits, space refreshes";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private TimeSpan _refresh = TimeSpan.FromSeconds(DefaultRefreshSeconds);
    private int? _count;
    private LiveSample? _last;
    private long _lastTime;
    private int _failures;

    [Option("refresh", Min = 1, Max = 1, MetaValue = "SECONDS",
        HelpText = "The time between two samples, 1 to 3600. Default: 2.")]
    public IEnumerable<string> Refresh { get; set; } = [];

    [Option("count", Min = 1, Max = 1, MetaValue = "N", HelpText = "Exit after N samples.")]
    public IEnumerable<string> Count { get; set; } = [];

    /// <summary>The clock by which rates are computed.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal override void CheckArguments()
    {
        _count = ReadNumber(Count, "count", int.MaxValue);
        _refresh = TimeSpan.FromSeconds(
            ReadNumber(Refresh, "number of seconds", MaximumRefreshSeconds) ?? DefaultRefreshSeconds);
    }

    private protected override void Execute(Installation installation, TextWriter output, Log log)
    {
        bool isLive = !Json && Terminal.KnowsEscapes;
        using LiveInput input = new(isLive);
        using LiveScreen? screen = isLive ? new LiveScreen(output) : null;
        for (int samples = 1; ; samples++)
        {
            string? fault = Sample(installation, isLast: samples == _count);
            Show(screen, fault, output, log);
            if (samples == _count || Wait(input, screen, fault) == LiveEvent.Quit)
            {
                return;
            }
        }
    }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        Take(connection);
        Write(output);
        return true;
    }

    /// <summary>Takes a sample; returns why there is none.</summary>
    /// <exception cref="NoReplyException">
    /// There was none several times in a row, or the last time, or this user may not have one.
    /// </exception>
    private string? Sample(Installation installation, bool isLast)
    {
        try
        {
            using ServiceConnection connection = ControlConnection.Open(installation);
            Take(connection);
            _failures = 0;
            return null;
        }
        catch (NoReplyException fault) when (++_failures < MaximumFailures && !isLast && !fault.IsDenied)
        {
            return $"{fault.Message} -- trying again";
        }
    }

    private void Take(ServiceConnection connection)
    {
        long time = Clock.GetTimestamp();
        _last = LiveSample.Take(
            connection, _last, _last is null ? TimeSpan.Zero : Clock.GetElapsedTime(_lastTime, time));
        _lastTime = time;
    }

    private void Show(LiveScreen? screen, string? fault, TextWriter output, Log log)
    {
        if (screen is not null)
        {
            Draw(screen, fault);
        }
        else if (fault is not null)
        {
            log.Warning(fault);
        }
        else
        {
            Write(output);
            output.WriteLine();
        }
    }

    private void Write(TextWriter output)
    {
        if (Json)
        {
            LiveJson.Write(_last!, output);
        }
        else
        {
            output.Write(new LiveView(Terminal.Columns, hasColor: false).Render(_last!));
        }
    }

    /// <summary>Shows the last sample, and below it what a person can do or why it is an old one.</summary>
    private void Draw(LiveScreen screen, string? fault)
    {
        int width = Terminal.Columns;
        using StringWriter text = new() { NewLine = "\n" };
        WrappedText.WriteSentence(text, fault ?? Footer, 0, width);
        string view = _last is null ? "" : new LiveView(width, Terminal.HasColors).Render(_last);
        screen.Show($"{text}\n{view}", Terminal.Rows);
    }

    private LiveEvent Wait(LiveInput input, LiveScreen? screen, string? fault)
    {
        LiveEvent happened;
        TimeSpan time = fault is not null && _refresh > RetryInterval ? RetryInterval : _refresh;
        while ((happened = input.Wait(time)) == LiveEvent.Resize)
        {
            if (screen is not null)
            {
                Draw(screen, fault);
            }
        }

        return happened;
    }
}
