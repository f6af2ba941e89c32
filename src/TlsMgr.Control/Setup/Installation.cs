// An installation as its configuration files tell it, read with the daemon's own code: main.cf, the tlsmgr entry of
// master.cf, and what the entry's options override. Must never open, create or contact anything that a value names.

using System;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Setup;

/// <summary>The parameters that a tlsmgr of this installation takes, and how master(8) starts it.</summary>
internal sealed class Installation
{
    /// <summary>Where TLS programs find the daemon; tlsmgr itself does not read it.</summary>
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

    /// <summary>The name under which clients look for the daemon.</summary>
    internal string ServiceName { get; }

    /// <summary>The entry of master.cf; null when there is none.</summary>
    internal MasterCfEntry? Entry => MasterCf.Find(ServiceName);

    /// <summary>The options of that entry.</summary>
    internal DaemonOptions Options { get; }

    /// <summary>All parameters.</summary>
    internal ParameterStore Store { get; }

    /// <summary>Those that every daemon reads.</summary>
    internal PostfixParameters Postfix { get; }

    /// <summary>Those of tlsmgr.</summary>
    internal TlsManagerParameters Parameters { get; }

    /// <summary>The socket on which clients find the daemon.</summary>
    internal string ServiceSocket => $"{Postfix.QueueDirectory}/private/{ServiceName}";

    /// <summary>The socket on which the administrator finds the daemon; null when there is to be none.</summary>
    internal string? ControlSocket => Parameters.ControlSocketName is { Length: > 0 } name
        ? $"{Postfix.DataDirectory}/{name}"
        : null;

    /// <summary>Reads it.</summary>
    /// <param name="directory">Where main.cf is; null for MAIL_CONFIG, else /etc/postfix.</param>
    /// <param name="log">Takes the warnings.</param>
    /// <exception cref="FatalException">The daemon would not start with it; in the daemon's words.</exception>
    internal static Installation Load(string? directory, Log log) => new(directory, log);

    /// <summary>The files that it is read from.</summary>
    /// <param name="directory">Where main.cf is; null for MAIL_CONFIG, else /etc/postfix.</param>
    internal static string[] Files(string? directory) =>
        [.. new[] { "main.cf", MasterCfName }.Select(name => $"{Describe(directory).ConfigDirectory}/{name}")];

    /// <summary>A tlsmgr of this installation, as parameters see it.</summary>
    /// <param name="directory">Where main.cf is; null for MAIL_CONFIG, else /etc/postfix.</param>
    internal static ProcessDescription Describe(string? directory) => new(
        directory ?? Environment.GetEnvironmentVariable("MAIL_CONFIG") ?? DefaultDirectory, ProcessControl.HostName,
        ProcessName, Environment.ProcessId, MasterExecutable: null);
}
