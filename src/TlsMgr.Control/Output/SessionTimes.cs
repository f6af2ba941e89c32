using System;
using System.Globalization;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>When a session was stored, and the time until it expires; no times when the entry is damaged.</summary>
internal readonly record struct SessionTimes
{
    /// <summary>What a person reads in place of the time at which a damaged session was stored.</summary>
    internal const string Damaged = "damaged";

    /// <summary>
    /// A clock that is set back leaves times in the future behind. Above a day the time cannot be one at which this
    /// machine stored a session.
    /// </summary>
    private const long MaximumAheadSeconds = 24 * 60 * 60;

    /// <summary>Checks the times that the daemon sends.</summary>
    /// <param name="storedSeconds">When the session was stored, since 1970.</param>
    /// <param name="leftSeconds">The time until it expires.</param>
    /// <param name="now">The time of this machine.</param>
    internal SessionTimes(long storedSeconds, long leftSeconds, DateTimeOffset now)
    {
        bool isDamaged = storedSeconds < 0 || storedSeconds > now.ToUnixTimeSeconds() + MaximumAheadSeconds
            || leftSeconds is < int.MinValue or > int.MaxValue;
        StoredSeconds = isDamaged ? null : storedSeconds;
        LeftSeconds = isDamaged ? null : leftSeconds;
    }

    /// <summary>When the session was stored, since 1970; null for a damaged one.</summary>
    internal long? StoredSeconds { get; }

    /// <summary>The time until it expires; null for a damaged one.</summary>
    internal long? LeftSeconds { get; }

    /// <summary>The local time at which the session was stored.</summary>
    internal string StoredText => StoredSeconds is { } seconds ? MeasureText.Time(LocalTime.Of(seconds)) : Damaged;

    /// <summary>The seconds until it expires.</summary>
    internal string LeftText => LeftSeconds?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
