// The facilities of syslog by name and number (syslog(3), RFC 5424 table 1).

using System;

namespace TlsMgr.Postfix.Logging;

/// <summary>Facilities of syslog.</summary>
public static class SyslogFacility
{
    /// <summary>The facility of mail systems, and Postfix's default.</summary>
    public const int Mail = 2;

    /// <summary>Each name stands at its number; 12 to 15 have no name that syslog(3) takes.</summary>
    private static readonly string[] Names =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "", "", "", "",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    /// <summary>The number of a facility that main.cf names. False for a name that is none.</summary>
    public static bool TryParse(string name, out int number)
    {
        number = name.Length == 0 ? -1 : Array.IndexOf(Names, name);
        return number >= 0;
    }
}
