// What the checks look at: the configuration, and what the daemon answered. The daemon is asked once, when the first
// check wants to know.

using System;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>One installation under examination.</summary>
internal sealed class Patient(Installation installation)
{
    /// <summary>The program's name under which TlsMgr is installed beside the original.</summary>
    internal const string CommandName = "tlsmgr-net";

    private readonly Lazy<ServiceAnswer> _answer = new(() => ServiceAnswer.Get(installation.ServiceSocket));

    internal Installation Installation => installation;

    internal ServiceAnswer Answer => _answer.Value;

    /// <summary>The user who is to own files.</summary>
    internal UserAccount Owner => installation.Postfix.MailOwner;

    /// <summary>The caches that there can be.</summary>
    internal SessionCacheParameters[] AllCaches =>
        [installation.Parameters.Smtpd, installation.Parameters.Smtp, installation.Parameters.Lmtp];

    /// <summary>The caches that are configured.</summary>
    internal SessionCacheParameters[] Caches => Array.FindAll(AllCaches, cache => cache.IsWanted);

    /// <summary>The command that sets a parameter, as a remedy.</summary>
    internal string Set(string parameter, string value) => Postconf($"'{parameter}={value}'");

    /// <summary>The command that sets a field of the entry in master.cf, as a remedy.</summary>
    internal string SetField(string field, string value) =>
        Postconf($"-F '{installation.ServiceName}/unix/{field}={value}'");

    /// <summary>A command of postconf(1), as a remedy.</summary>
    internal string Postconf(string arguments) =>
        $"postconf -c {installation.Directory} {arguments}, then postfix reload";
}
