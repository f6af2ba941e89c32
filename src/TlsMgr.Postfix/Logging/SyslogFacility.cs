// The names of syslog's facilities as Postfix takes them, and their numbers (RFC 5424, section 6.2.1).

using System;

namespace TlsMgr.Postfix.Logging;

/// <summary>Facilities of syslog(3) by name.</summary>
public static class SyslogFacility
{
    private const int FacilityShift = 3;
    private const int FirstLocal = 16;

    private static readonly string[] Names =
        ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"];

    /// <summary>The facility of a name, shifted as openlog(3) takes it; null for a name that is none.</summary>
    public static int? Find(string name)
    {
        int number = Array.IndexOf(Names, name);
        if (name.Length == 6 && name.StartsWith("local", StringComparison.Ordinal) && name[^1] is >= '0' and <= '7')
        {
            number = FirstLocal + name[^1] - '0';
        }

        return number < 0 ? null : number << FacilityShift;
    }
}
