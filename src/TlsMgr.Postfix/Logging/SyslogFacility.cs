using System;

namespace TlsMgr.Postfix.Logging;

/// <summary>The facilities of syslog that Postfix accepts, by name (RFC 5424, section 6.2.1).</summary>
public static class SyslogFacility
{
    private const int FacilityShift = 3;
    private const int FirstLocal = 16;

    private static readonly string[] Names =
        ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"];

    /// <summary>Returns the facility of a name, shifted as for openlog(3); null for an unknown name.</summary>
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
