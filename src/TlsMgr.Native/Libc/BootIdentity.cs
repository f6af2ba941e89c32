using System;
using System.Globalization;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>
/// Which boot of the machine this is: the kernel's random identifier (random(4), boot_id), or where that is hidden, the
/// time at which the machine was booted. Neither can be read inside the jail.
/// </summary>
public static class BootIdentity
{
    /// <summary>Maximum length of an identity, in bytes: that of the kernel's identifier.</summary>
    public const int LengthBytes = 36;

    private const string File = "/proc/sys/kernel/random/boot_id";
    private const string TimeMark = "since ";
    private const int BootTime = 7; // CLOCK_BOOTTIME
    private const int TimeOfDay = 0; // CLOCK_REALTIME

    /// <summary>
    /// Seconds by which two readings of the time of one boot may differ: both clocks are read one after the other, and
    /// only the time of day has leap seconds.
    /// </summary>
    private const long ToleranceSeconds = 2;

    /// <summary>Reads the identity.</summary>
    public static string Read() => ReadIdentifier() is { Length: > 0 } identifier ? identifier : ReadTime();

    /// <summary>
    /// Whether two identities are of one boot: null when that cannot be told, because one is unknown, of another kind,
    /// or a time of boot that may have been changed by setting the clock.
    /// </summary>
    public static bool? AreSame(string first, string second)
    {
        bool isTime = TryReadTime(first, out long firstSeconds);
        if (first.Length == 0 || second.Length == 0 || isTime != TryReadTime(second, out long secondSeconds))
        {
            return null;
        }

        bool isSame = isTime ? Math.Abs(firstSeconds - secondSeconds) <= ToleranceSeconds : first == second;
        return isSame || !isTime ? isSame : null;
    }

    /// <summary>The time of boot by the clocks of the kernel, as an identity.</summary>
    public static unsafe string ReadTime()
    {
        TimePair running = default;
        TimePair now = default;
        return NativeMethods.GetTime(BootTime, &running) == 0 && NativeMethods.GetTime(TimeOfDay, &now) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{TimeMark}{now.Seconds - running.Seconds}")
            : string.Empty;
    }

    /// <summary>Seconds since the machine's start, with the time in which it was suspended (CLOCK_BOOTTIME).</summary>
    public static unsafe long ReadSeconds()
    {
        TimePair running = default;
        return NativeMethods.GetTime(BootTime, &running) == 0 ? running.Seconds : 0;
    }

    private static string ReadIdentifier()
    {
        int descriptor = FileDescriptor.Open(File, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return string.Empty;
        }

        Span<byte> identifier = stackalloc byte[LengthBytes];
        int count = FileDescriptor.Read(descriptor, identifier);
        FileDescriptor.Close(descriptor);
        return count == LengthBytes ? Encoding.ASCII.GetString(identifier) : string.Empty;
    }

    private static bool TryReadTime(string identity, out long seconds)
    {
        seconds = 0;
        return identity.StartsWith(TimeMark, StringComparison.Ordinal)
            && long.TryParse(
                identity.AsSpan(TimeMark.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out seconds);
    }
}
