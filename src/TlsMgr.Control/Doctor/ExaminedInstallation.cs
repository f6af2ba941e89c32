// What the checks look at: the configuration, and what the daemon answered. The daemon is asked once, when the first
// check wants to know.

using System;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>One installation under examination.</summary>
internal sealed class ExaminedInstallation(Installation installation)
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

    private string InOptions =>
        $"in the options of {installation.ServiceName} in {installation.MasterCf.Path}, then postfix reload";

    /// <summary>What sets a parameter where it is set now, as a remedy.</summary>
    internal string Set(string parameter, string value) => !IsOverridden(parameter)
        ? Postconf($"'{parameter}={value}'")
        : IsOptionOfItsOwn(parameter)
            ? PostconfMaster($"-P '{installation.ServiceName}/unix/{parameter}={value}'")
            : $"have {parameter}={value} {InOptions}";

    /// <summary>What gives a parameter its default again, as a remedy.</summary>
    internal string Reset(string parameter) => !IsOverridden(parameter)
        ? Postconf($"-X {parameter}")
        : IsOptionOfItsOwn(parameter)
            ? PostconfMaster($"-PX '{installation.ServiceName}/unix/{parameter}'")
            : $"remove {parameter} {InOptions}";

    /// <summary>The command that sets a field of the entry in master.cf, as a remedy.</summary>
    internal string SetField(string field, string value) =>
        PostconfMaster($"-F '{installation.ServiceName}/unix/{field}={value}'");

    /// <summary>A command of postconf(1) that changes master.cf, as a remedy: it has to take the file.</summary>
    internal string PostconfMaster(string arguments) =>
        (installation.MasterCf is { Fault: null, PostconfFault: null } ? "" : "correct that line of master.cf first: ")
        + Postconf(arguments);

    private string Postconf(string arguments) =>
        $"postconf -c {installation.Directory} {arguments}, then postfix reload";

    /// <summary>Whether the entry's options set a parameter: they win over main.cf.</summary>
    private bool IsOverridden(string parameter) =>
        installation.Options.Overrides.Any(pair => pair.Key == parameter);

    /// <summary>Whether -o and what it sets are two words; postconf(1) spoils the line when they are one.</summary>
    private bool IsOptionOfItsOwn(string parameter) =>
        installation.Entry?.Arguments.Any(word => word.Split('=')[0].Trim() == parameter) ?? false;
}
