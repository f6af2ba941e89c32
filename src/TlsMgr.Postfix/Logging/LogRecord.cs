// The layout of log records: what stands before the text in syslog, in Postfix's log file and on a terminal.

using System;
using System.Globalization;
using System.Text;

namespace TlsMgr.Postfix.Logging;

/// <summary>Puts log records together.</summary>
public static class LogRecord
{
    private static readonly string[] Months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>The text with its prefix: <c>warning: …</c>; nothing before an info record.</summary>
    public static string Prefixed(LogSeverity severity, string text) => severity switch
    {
        LogSeverity.Warning => "warning: " + text,
        LogSeverity.Error => "error: " + text,
        LogSeverity.Fatal => "fatal: " + text,
        LogSeverity.Panic => "panic: " + text,
        _ => text,
    };

    /// <summary>The level of a severity in syslog (syslog(3)).</summary>
    public static int SyslogLevel(LogSeverity severity) => severity switch
    {
        LogSeverity.Info => 6,
        LogSeverity.Warning => 4,
        LogSeverity.Error => 3,
        _ => 2,
    };

    /// <summary>The time as syslog has it since RFC 3164, in local time: <c>Nov  1 09:08:07</c>.</summary>
    public static string Time(TimeProvider clock)
    {
        DateTimeOffset now = clock.GetLocalNow();
        return string.Create(CultureInfo.InvariantCulture, $"{Months[now.Month - 1]} {now.Day,2} {now:HH:mm:ss}");
    }

    /// <summary>The bytes of a record, its text cut behind <see cref="LogLimits.RecordBytes"/>.</summary>
    public static byte[] Encode(string head, string text)
    {
        byte[] record = Encoding.UTF8.GetBytes(head + text);
        int limit = Encoding.UTF8.GetByteCount(head) + LogLimits.RecordBytes;
        return record.Length <= limit ? record : record[..limit];
    }
}
