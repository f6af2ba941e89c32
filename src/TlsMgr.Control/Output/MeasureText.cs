using System;
using System.Globalization;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>Sizes, times and rates as people read them.</summary>
internal static class MeasureText
{
    private const double Step = 1024;
    private const int FewDigits = 10;
    private const double MicrosecondsInMillisecond = 1000;

    private static readonly string[] Units = ["", "K", "M", "G", "T", "P", "E"];

    /// <summary>A size in the units that Postfix's parameters take, 1024 bytes each: 512, 1.3M, 256M.</summary>
    internal static string Bytes(long bytes)
    {
        int unit = 0;
        double size = bytes;

        // 1023.6 K would be printed as 1024K.
        while (Math.Round(size) >= Step && unit < Units.Length - 1)
        {
            size /= Step;
            unit++;
        }

        bool isShort = unit > 0 && Math.Round(size, 1) < FewDigits;
        return size.ToString(isShort ? "0.#" : "0", CultureInfo.InvariantCulture) + Units[unit];
    }

    /// <summary>A time of microseconds: 0.05 ms.</summary>
    internal static string Milliseconds(long microseconds) => string.Create(
        CultureInfo.InvariantCulture, $"{microseconds / MicrosecondsInMillisecond:0.###} ms");

    /// <summary>A duration in its two largest units: 3d 4h, 2h 13m, 7s.</summary>
    internal static string Duration(TimeSpan time)
    {
        (int large, char largeUnit, int small, char smallUnit) =
            time.Days > 0 ? (time.Days, 'd', time.Hours, 'h')
            : time.Hours > 0 ? (time.Hours, 'h', time.Minutes, 'm')
            : (time.Minutes, 'm', time.Seconds, 's');
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{small}{smallUnit}");
        return large == 0 ? seconds : string.Create(CultureInfo.InvariantCulture, $"{large}{largeUnit} {seconds}");
    }

    /// <summary>A time of day: 2026-11-30 01:40:45.</summary>
    internal static string Time(LocalTime time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.Year:0000}-{time.Month:00}-{time.Day:00} {time.Hour:00}:{time.Minute:00}:{time.Second:00}");

    /// <summary>A number per second: 3.2/s.</summary>
    internal static string Rate(double perSecond) =>
        string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.0}/s");

    /// <summary>A share of 1: 69.7%.</summary>
    internal static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    /// <summary>A plain number.</summary>
    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
