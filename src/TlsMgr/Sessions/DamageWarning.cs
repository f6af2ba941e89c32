using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>The warning of damaged sessions of one cache: at most one a minute, however many there are.</summary>
internal sealed class DamageWarning(CacheLog log, TimeProvider clock)
{
    private long _loggedAt;

    /// <summary>Logs that a session was damaged and is removed.</summary>
    internal void Log()
    {
        if (_loggedAt == 0 || clock.GetElapsedTime(_loggedAt).TotalSeconds >= LogLimits.RepeatedWarningSeconds)
        {
            _loggedAt = clock.GetTimestamp();
            log.Damaged();
        }
    }
}
