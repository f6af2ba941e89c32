using System;
using System.Globalization;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>Formats log records: the parts before the text, for syslog, Postfix's log file and a terminal.</summary>
public static class LogRecord
{
    private static readonly string[] Months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Returns the text with its prefix: <c>warning: …</c>; an info record has none.</summary>
    public static string Prefixed(LogSeverity severity, string text) => severity switch
    {
        LogSeverity.Warning => "warning: " + text,
        LogSeverity.Error => "error: " + text,
        LogSeverity.Fatal => "fatal: " + text,
        LogSeverity.Panic => "panic: " + text,
        _ => text,
    };

    /// <summary>Returns the syslog level of a severity (syslog(3)).</summary>
    public static int SyslogLevel(LogSeverity severity) => severity switch
    {
        LogSeverity.Info => 6,
        LogSeverity.Warning => 4,
        LogSeverity.Error => 3,
        _ => 2,
    };

    /// <summary>Returns the local time in the format of RFC 3164: <c>Nov  1 09:08:07</c>.</summary>
    public static string Time(TimeProvider clock)
    {
        LocalTime now = LocalTime.Of(clock.GetUtcNow().ToUnixTimeSeconds());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Months[now.Month - 1]} {now.Day,2} {now.Hour:00}:{now.Minute:00}:{now.Second:00}");
    }

    /// <summary>
    /// Returns the bytes of a record, with the text truncated to <see cref="LogLimits.RecordBytes"/>.
    /// </summary>
    public static byte[] Encode(string head, string text)
    {
        byte[] record = Encoding.UTF8.GetBytes(head + text);
        int limit = Encoding.UTF8.GetByteCount(head) + LogLimits.RecordBytes;
        return record.Length <= limit ? record : record[..limit];
    }
}
