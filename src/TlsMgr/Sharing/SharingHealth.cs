using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sharing;

/// <summary>
/// Whether sharing works, and one line in the log when that changes. It works again when nothing has failed for a
/// while: what fails each second is one outage.
/// </summary>
/// <param name="clock">The monotonic clock.</param>
/// <param name="log">The log.</param>
internal sealed class SharingHealth(TimeProvider clock, Log log)
{
    private long _failedAt;

    /// <summary>Why sessions are not shared now; empty when they are.</summary>
    internal string Fault { get; private set; } = "";

    /// <summary>Takes note of a failure.</summary>
    internal void Fail(string reason)
    {
        if (Fault.Length == 0)
        {
            log.Warning($"sessions are not shared for now: {reason}");
        }

        Fault = reason;
        _failedAt = clock.GetTimestamp();
    }

    /// <summary>Takes note that one request failed: during an outage, it goes on.</summary>
    internal void FailedOnce() => _failedAt = clock.GetTimestamp();

    /// <summary>Takes note of a success.</summary>
    internal void Succeed()
    {
        if (Fault.Length > 0 && clock.GetElapsedTime(_failedAt).TotalSeconds >= SharingLimits.RecoverySeconds)
        {
            Fault = "";
            log.Info("sessions are shared again");
        }
    }
}
