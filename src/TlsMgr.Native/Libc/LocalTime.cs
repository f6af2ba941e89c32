namespace TlsMgr.Native.Libc;

/// <summary>
/// A time of day in the time zone of this process, as the C library has it: TZ may be a rule of POSIX
/// (<c>CET-1CEST,M3.5.0,M10.5.0/3</c>), which .NET takes for the name of a file.
/// </summary>
/// <param name="Year">The year.</param>
/// <param name="Month">The month, 1 to 12.</param>
/// <param name="Day">The day of the month, 1 to 31.</param>
/// <param name="Hour">The hour, 0 to 23.</param>
/// <param name="Minute">The minute, 0 to 59.</param>
/// <param name="Second">The second, 0 to 60.</param>
public readonly record struct LocalTime(int Year, int Month, int Day, int Hour, int Minute, int Second)
{
    private const int FirstYear = 1900;

    /// <summary>Loads the time zone, which may be in files that a jail does not contain (tzset(3)).</summary>
    public static void LoadZone() => NativeMethods.LoadTimeZone();

    /// <summary>The local time; 1970-01-01 for a year that the C library cannot represent.</summary>
    /// <param name="unixSeconds">The time, in seconds since 1970.</param>
    public static unsafe LocalTime Of(long unixSeconds)
    {
        TimeFields fields = default;
        return NativeMethods.SplitLocalTime(&unixSeconds, &fields) != null
            ? new LocalTime(
                fields.Year + FirstYear, fields.Month + 1, fields.Day, fields.Hour, fields.Minute, fields.Second)
            : new LocalTime(1970, 1, 1, 0, 0, 0);
    }
}
