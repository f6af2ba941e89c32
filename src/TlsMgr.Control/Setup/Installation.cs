using System;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Setup;

/// <summary>
/// The configuration of an installation, read with the daemon's own code: main.cf, the tlsmgr entry of master.cf, and
/// the parameters that its options override. Invariant: nothing that a value names is opened, created or contacted.
/// </summary>
internal sealed class Installation
{
    /// <summary>The name by which TLS programs find the daemon; tlsmgr itself does not read it.</summary>
    internal const string ServiceNameParameter = "tlsmgr_service_name";

    private const string MasterCfName = "master.cf";
    private const string DefaultDirectory = "/etc/postfix";
    private const string ProcessName = "tlsmgr";

    private Installation(string? directory, Log log)
    {
        ProcessDescription process = Describe(directory);
        Directory = process.ConfigDirectory;
        Store = ParameterStore.Read(process, log);
        ServiceName = Store.IsSet(ServiceNameParameter) ? Store.Expand(ServiceNameParameter) : ProcessName;
        MasterCf = MasterCfFile.Read($"{Directory}/{MasterCfName}");
        Options = DaemonOptions.Parse(Entry?.Arguments ?? []);
        Postfix = PostfixParameters.Load(Store, Options, process);
        Parameters = TlsManagerParameters.Load(Store);
    }

    /// <summary>The directory of main.cf and master.cf.</summary>
    internal string Directory { get; }

    /// <summary>master.cf.</summary>
    internal MasterCfFile MasterCf { get; }

    /// <summary>The name by which clients find the daemon.</summary>
    internal string ServiceName { get; }

    /// <summary>The entry of the service in master.cf; null without one.</summary>
    internal MasterCfEntry? Entry => MasterCf.Find(ServiceName);

    /// <summary>The options of that entry.</summary>
    internal DaemonOptions Options { get; }

    /// <summary>All parameters.</summary>
    internal ParameterStore Store { get; }

    /// <summary>The parameters that every daemon reads.</summary>
    internal PostfixParameters Postfix { get; }

    /// <summary>The parameters of tlsmgr.</summary>
    internal TlsManagerParameters Parameters { get; }

    /// <summary>The path of the service socket.</summary>
    internal string ServiceSocket => $"{Postfix.QueueDirectory}/private/{ServiceName}";

    /// <summary>The path of the control socket; null when it is disabled.</summary>
    internal string? ControlSocket => Parameters.ControlSocketName is { Length: > 0 } name
        ? $"{Postfix.DataDirectory}/{name}"
        : null;

    /// <summary>Reads the configuration.</summary>
    /// <param name="directory">The directory of main.cf; null for MAIL_CONFIG, else /etc/postfix.</param>
    /// <param name="log">The destination of warnings.</param>
    /// <exception cref="FatalException">The daemon does not start with it; in the daemon's words.</exception>
    internal static Installation Load(string? directory, Log log) => new(directory, log);

    /// <summary>The files that hold the configuration.</summary>
    /// <param name="directory">The directory of main.cf; null for MAIL_CONFIG, else /etc/postfix.</param>
    internal static string[] Files(string? directory) =>
        [.. new[] { "main.cf", MasterCfName }.Select(name => $"{Describe(directory).ConfigDirectory}/{name}")];

    /// <summary>A tlsmgr process of this installation, for its parameters.</summary>
    /// <param name="directory">The directory of main.cf; null for MAIL_CONFIG, else /etc/postfix.</param>
    internal static ProcessDescription Describe(string? directory) => new(
        Absolute(directory ?? Environment.GetEnvironmentVariable("MAIL_CONFIG") ?? DefaultDirectory),
        ProcessControl.HostName, ProcessName, Environment.ProcessId, MasterExecutable: null);

    /// <summary>The commands of a remedy name the directory, and Postfix's commands refuse a relative one.</summary>
    private static string Absolute(string directory) =>
        directory.Length > 0 && !directory.StartsWith('/') ? Path.GetFullPath(directory) : directory;
}
