// Which caches a parameter or a program of master.cf bears upon.

using System;

namespace TlsMgr.Trust;

/// <summary>The session caches, by the programs whose sessions they hold.</summary>
[Flags]
internal enum CacheUsers
{
    None = 0,

    /// <summary>smtpd(8), postscreen(8), and tlsproxy(8) as a server.</summary>
    Smtpd = 1,

    /// <summary>smtp(8), and tlsproxy(8) as its client.</summary>
    Smtp = 2,

    /// <summary>lmtp(8), and tlsproxy(8) as its client.</summary>
    Lmtp = 4,

    Clients = Smtp | Lmtp,
    All = Smtpd | Smtp | Lmtp,
}
