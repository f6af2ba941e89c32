using System;

namespace TlsMgr.Testing;

/// <summary>
/// A <see cref="TimeProvider"/> that only tests move; its time of day can be set apart from monotonic time.
/// </summary>
public sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _timeOfDay = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private long _timestamp = 1_000_000;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => _timeOfDay;

    public override long GetTimestamp() => _timestamp;

    /// <summary>Advances both clocks.</summary>
    public void Advance(TimeSpan time)
    {
        _timeOfDay += time;
        _timestamp += time.Ticks;
    }

    /// <summary>Sets the time of day as an administrator would; monotonic time stays.</summary>
    public void SetTimeOfDay(DateTimeOffset time) => _timeOfDay = time;
}
