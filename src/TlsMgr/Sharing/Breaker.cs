using System;

namespace TlsMgr.Sharing;

/// <summary>
/// Stops asking a pool that does not answer: after some overdue or failed answers in a row, when none came in time for
/// a second, it is open for a second, doubling to a minute; then one question probes. A short pause makes all lookups
/// overdue that wait at the time, and a cluster that has lost a node fails those of some names: neither opens it.
/// Answers that fail in time delay nobody: the pauses stay short.
/// </summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class Breaker(TimeProvider clock)
{
    private int _failures;
    private int _pauseSeconds = SharingLimits.FirstPauseSeconds;
    private long _openSince;
    private long? _succeededAt;
    private bool _isProbing;

    /// <summary>Whether nothing is asked, except for a probe.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Whether a question may be asked now; a probe when it is open.</summary>
    internal bool TryAsk()
    {
        if (!IsOpen)
        {
            return true;
        }

        bool isProbe = !_isProbing && clock.GetElapsedTime(_openSince).TotalSeconds >= _pauseSeconds;
        _isProbing |= isProbe;
        return isProbe;
    }

    /// <summary>Takes note of an answer in time.</summary>
    internal void Succeed()
    {
        IsOpen = false;
        _isProbing = false;
        _failures = 0;
        _succeededAt = clock.GetTimestamp();
        _pauseSeconds = SharingLimits.FirstPauseSeconds;
    }

    /// <summary>Takes note of an answer that is overdue or failed; returns whether that has opened it.</summary>
    /// <param name="isOverdue">Whether it is overdue.</param>
    internal bool Fail(bool isOverdue)
    {
        if (IsOpen)
        {
            if (_isProbing)
            {
                _pauseSeconds = isOverdue
                    ? int.Min(2 * _pauseSeconds, SharingLimits.LongestPauseSeconds)
                    : SharingLimits.FirstPauseSeconds;
                Open();
            }

            return false;
        }

        bool isPartial = _succeededAt is { } time
            && clock.GetElapsedTime(time).TotalSeconds < SharingLimits.PartialFailureSeconds;
        if (++_failures < SharingLimits.BreakerFailures || isPartial)
        {
            return false;
        }

        Open();
        return true;
    }

    private void Open()
    {
        IsOpen = true;
        _isProbing = false;
        _openSince = clock.GetTimestamp();
    }
}
