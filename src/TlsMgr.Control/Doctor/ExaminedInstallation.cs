using System;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// One installation under examination: its configuration, the replies of its daemon, and commands that change it, for
/// remedies. The daemon is probed once, at first use.
/// </summary>
internal sealed class ExaminedInstallation(Installation installation)
{
    /// <summary>The name under which TlsMgr is installed beside Postfix's tlsmgr.</summary>
    internal const string CommandName = "tlsmgr-net";

    private readonly Lazy<ServiceProbe> _probe = new(() => ServiceProbe.Run(installation.ServiceSocket));

    /// <summary>The configuration.</summary>
    internal Installation Installation => installation;

    /// <summary>The replies of the daemon.</summary>
    internal ServiceProbe Probe => _probe.Value;

    /// <summary>The user who has to own the files: mail_owner.</summary>
    internal UserAccount Owner => installation.Postfix.MailOwner;

    /// <summary>All caches, configured or not.</summary>
    internal SessionCacheParameters[] AllCaches =>
        [installation.Parameters.Smtpd, installation.Parameters.Smtp, installation.Parameters.Lmtp];

    /// <summary>The caches that are configured.</summary>
    internal SessionCacheParameters[] Caches => Array.FindAll(AllCaches, cache => cache.IsWanted);

    private string InOptions =>
        $"in the options of {installation.ServiceName} in {installation.MasterCf.Path}, then postfix reload";

    /// <summary>The remedy that sets a parameter, where it is set now.</summary>
    internal string Set(string parameter, string value) => !IsOverridden(parameter)
        ? IsInOwnFile(parameter)
            ? $"{RemoveFromOwnFile(parameter)} && {AddToOwnFile(parameter, value)}, then postfix reload"
            : Postconf($"'{parameter}={value}'")
        : IsSeparateOption(parameter)
            ? PostconfMaster($"-P '{installation.ServiceName}/unix/{parameter}={value}'")
            : $"set {parameter}={value} {InOptions}";

    /// <summary>The remedy that resets a parameter to its default.</summary>
    internal string Reset(string parameter) => !IsOverridden(parameter)
        ? IsInOwnFile(parameter) ? $"{RemoveFromOwnFile(parameter)}, then postfix reload" : Postconf($"-X {parameter}")
        : IsSeparateOption(parameter)
            ? PostconfMaster($"-PX '{installation.ServiceName}/unix/{parameter}'")
            : $"remove {parameter} {InOptions}";

    /// <summary>The command that moves a parameter from main.cf to tlsmgr.cf.</summary>
    internal string MoveToOwnFile(string parameter, string value) =>
        $"{AddToOwnFile(parameter, value)} && postconf -c {installation.Directory} -X {parameter}";

    /// <summary>The remedy that sets a field of the entry in master.cf.</summary>
    internal string SetField(string field, string value) =>
        PostconfMaster($"-F '{installation.ServiceName}/unix/{field}={value}'");

    /// <summary>A remedy by postconf(1) that changes master.cf, which postconf has to accept first.</summary>
    internal string PostconfMaster(string arguments) =>
        (installation.MasterCf is { Fault: null, PostconfFault: null } ? "" : "correct that line of master.cf first: ")
        + Postconf(arguments);

    private string Postconf(string arguments) =>
        $"postconf -c {installation.Directory} {arguments}, then postfix reload";

    private string AddToOwnFile(string parameter, string value) =>
        $"printf '%s\\n' '{$"{parameter} = {value}".Replace("'", @"'\''", StringComparison.Ordinal)}' "
        + $">>{installation.Store.OwnFilePath}";

    private string RemoveFromOwnFile(string parameter) =>
        $"sed -i '/^{parameter}[[:space:]]*=/d' {installation.Store.OwnFilePath}";

    /// <summary>Whether tlsmgr.cf is what sets a parameter.</summary>
    private bool IsInOwnFile(string parameter) => installation.Store.OwnNames.Contains(parameter)
        && installation.Store.IsSet(parameter)
        && installation.Store.OwnInMainCf.All(pair => pair.Key != parameter);

    /// <summary>Whether the entry's options set a parameter: they win over main.cf.</summary>
    private bool IsOverridden(string parameter) =>
        installation.Options.Overrides.Any(pair => pair.Key == parameter);

    /// <summary>Whether -o and its value are two words; postconf(1) corrupts the line when they are one.</summary>
    private bool IsSeparateOption(string parameter) =>
        installation.Entry?.Arguments.Any(word => word.Split('=')[0].Trim() == parameter) ?? false;
}
