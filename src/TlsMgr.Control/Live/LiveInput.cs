using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace TlsMgr.Control.Live;

/// <summary>
/// Keys and signals. .NET reads keys without an echo from the first one on, and restores the terminal when the program
/// exits; the signals that would end it at once are caught, so that it does exit.
/// </summary>
internal sealed class LiveInput : IDisposable
{
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);

    private readonly AutoResetEvent _woken = new(initialState: false);
    private readonly PosixSignalRegistration[] _signals;
    private readonly bool _hasKeyboard;
    private volatile bool _isEnded;
    private volatile bool _isResized;

    /// <summary>Takes over the signals, and the keyboard of a live screen.</summary>
    /// <param name="isLive">Whether keys are read.</param>
    internal LiveInput(bool isLive)
    {
        _hasKeyboard = isLive && !Console.IsInputRedirected;
        _signals =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, End)),
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, Resize),
        ];
    }

    /// <summary>Waits for the time, a key or a signal.</summary>
    internal LiveEvent Wait(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            LiveEvent? happened =
                _isEnded ? LiveEvent.Quit
                : ReadKey() ?? (_isResized ? LiveEvent.Resize : left <= TimeSpan.Zero ? LiveEvent.Refresh : null);
            if (happened is { } value)
            {
                _isResized = false;
                return value;
            }

            _woken.WaitOne(_hasKeyboard && left > KeyInterval ? KeyInterval : left);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_signals, static signal => signal.Dispose());
        _woken.Dispose();
    }

    /// <summary>What the keys that were pressed ask for.</summary>
    private LiveEvent? ReadKey()
    {
        LiveEvent? result = null;
        while (_hasKeyboard && Console.KeyAvailable)
        {
            switch (Console.ReadKey(intercept: true).KeyChar)
            {
                case 'q' or 'Q':
                    return LiveEvent.Quit;
                case ' ' or '\r':
                    result = LiveEvent.Refresh;
                    break;
                default:
                    break;
            }
        }

        return result;
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        _isEnded = true;
        _woken.Set();
    }

    private void Resize(PosixSignalContext context)
    {
        _isResized = true;
        _woken.Set();
    }
}
