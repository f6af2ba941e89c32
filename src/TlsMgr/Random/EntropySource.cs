// The external entropy source (tls_random_source): opened while privileged, read at start and with each reseed.
// Requests never wait for it, and a failure is only a warning, because the pool always mixes in the kernel's random
// bytes.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>Reads from the configured source in rounds and stirs the bytes into the pool.</summary>
internal sealed class EntropySource : IDisposable
{
    private const string DevicePrefix = "dev:";
    private const string ServerPrefix = "egd:";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(RandomLimits.RoundRetryMilliseconds);
    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(RandomLimits.RoundSeconds);

    private readonly JailPath _jail;
    private readonly RandomPool _pool;
    private readonly TimerQueue _timers;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly OutageWarning _outage;
    private readonly EntropyChannel? _channel;
    private ScheduledTimer? _nextTry;
    private long _roundStart;

    /// <summary>Parses the parameter; opens nothing.</summary>
    internal EntropySource(RandomSettings settings, JailPath jail, RandomPool pool, TimerQueue timers,
        TimeProvider clock, Log log)
    {
        _jail = jail;
        _pool = pool;
        _timers = timers;
        _clock = clock;
        _log = log;
        _outage = new OutageWarning(log, $"entropy source {settings.Source}");
        _channel = CreateChannel(settings.Source, settings.SourceBytes);
    }

    /// <summary>Opens the source for the first time.</summary>
    internal void Open()
    {
        if (_channel is null)
        {
            _log.Warning("no entropy source specified with parameter tls_random_source");
            _log.Warning("encryption keys etc. may be predictable");
        }
        else
        {
            TryOpen(_channel);
        }
    }

    /// <summary>Begins a round, unless one is in progress or the source is exhausted.</summary>
    internal void BeginRound()
    {
        if (_channel is null || _channel.IsExhausted || _nextTry is { IsCancelled: false })
        {
            return;
        }

        if (_channel.CanReopen && (!_channel.IsOpen || _channel.NeedsReopen))
        {
            TryOpen(_channel);
        }

        if (_channel.IsOpen)
        {
            _roundStart = _clock.GetTimestamp();
            _channel.Begin();
            ContinueRound(_channel);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _nextTry?.Cancel();
        _channel?.Dispose();
    }

    private static EntropyChannel? CreateChannel(string source, int bytes)
    {
        if (source.Length == 0)
        {
            return null;
        }

        if (source.StartsWith(DevicePrefix, StringComparison.Ordinal))
        {
            return new EntropyDevice(source[DevicePrefix.Length..], int.Min(bytes, byte.MaxValue));
        }

        return source.StartsWith(ServerPrefix, StringComparison.Ordinal)
            ? new EntropyServer(source[ServerPrefix.Length..], int.Min(bytes, byte.MaxValue))
            : new EntropyFile(source, int.Min(bytes, RandomLimits.FileRoundBytes));
    }

    private void TryOpen(EntropyChannel channel)
    {
        int result = channel.Open(_jail.Resolve(channel.Path));
        if (result < 0)
        {
            _outage.ReportFailure(channel.CannotOpenText(Errno.Describe(result)));
        }
        else if (_log.IsVerbose)
        {
            _log.Info(channel.OpenedText);
        }
    }

    private void ContinueRound(EntropyChannel channel)
    {
        EntropyProgress progress = channel.Continue();
        if (progress == EntropyProgress.Waiting)
        {
            if (_clock.GetElapsedTime(_roundStart) < RoundLimit)
            {
                _nextTry = _timers.Schedule(RetryInterval, () => ContinueRound(channel));
                return;
            }

            progress = channel.Fail($"nothing to read within {RoundLimit.TotalSeconds} seconds");
        }

        if (progress == EntropyProgress.Complete)
        {
            _outage.ReportSuccess();
            if (_log.IsVerbose)
            {
                _log.Info(channel.ReadText);
            }
        }
        else
        {
            _outage.ReportFailure(channel.Fault);
        }

        _pool.Stir(channel.Collected);
        _pool.DiscardBlock();
        channel.Erase();
    }
}
