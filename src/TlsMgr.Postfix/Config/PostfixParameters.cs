// The parameters that every Postfix daemon reads before its own (postconf(5)). They are checked in Postfix's order, so
// that of several faults the same one is reported.

using System;
using System.Globalization;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using Table = TlsMgr.Postfix.Config.PostfixParameterTable;

namespace TlsMgr.Postfix.Config;

/// <summary>The checked values of the parameters that all daemons share.</summary>
public sealed class PostfixParameters
{
    // The order matters: a value sees only the defaults of parameters read before it, and the first fault is reported.
    private PostfixParameters(ParameterStore store, ProcessDescription process)
    {
        store.Define(Table.ConfigDirectory);
        CheckCompatibilityLevel(store.Text(Table.Compatibility));
        (MailVersion, MailVersionOrigin) = FindMailVersion(store, process.MasterExecutable);
        string facility = store.Text(Table.SyslogFacility);
        store.Text(Table.MultiInstanceName);
        LogFile = store.Text(Table.LogFile);
        string logFilePrefixes = store.Text(Table.LogFilePrefixes);
        PostlogServiceName = store.Text(Table.PostlogServiceName);
        SyslogFacility = Logging.SyslogFacility.Find(facility)
            ?? throw InvalidParameter(store, $"syslog_facility: unrecognized value: {facility}");
        HostName = ReadHostAndDomain(store, process.HostName);
        store.Text(Table.MailName);
        SyslogName = store.Text(Table.SyslogName);
        string mailOwner = store.Text(Table.MailOwner);
        DaemonDirectory = store.Text(Table.DaemonDirectory);
        DataDirectory = store.Text(Table.DataDirectory);
        store.Text(Table.CommandDirectory);
        store.Text(Table.MetaDirectory);
        QueueDirectory = store.Text(Table.QueueDirectory);
        DefaultCacheType = ReadDefaultCacheType(store);
        store.Integer(Table.MaximumUse);
        store.TimeSeconds(Table.MaximumIdle);
        IpcTimeoutSeconds = store.TimeSeconds(Table.IpcTimeout);
        DaemonTimeoutSeconds = store.TimeSeconds(Table.DaemonTimeout);
        MailOwner = FindMailOwner(store, mailOwner);
        CheckLogFile(LogFile, logFilePrefixes);
        store.DefineReadOnly("process_id", process.ProcessId.ToString(CultureInfo.InvariantCulture));
        store.Define(Table.DebuggerCommand);
    }

    /// <summary>The facility for syslog(3), shifted as openlog(3) takes it.</summary>
    public int SyslogFacility { get; }

    /// <summary>syslog_name: the first part of the log tag.</summary>
    public string SyslogName { get; }

    /// <summary>myhostname, with its domain.</summary>
    public string HostName { get; }

    /// <summary>The release of Postfix whose clients are served.</summary>
    public MailVersion MailVersion { get; }

    /// <summary>The source of the release, for a log line: <c>mail_version 3.7.11, from DIRECTORY/smtpd</c>.</summary>
    public string MailVersionOrigin { get; }

    /// <summary>maillog_file; empty when logging goes to syslog.</summary>
    public string LogFile { get; }

    /// <summary>The name of postlogd's socket below queue_directory/public.</summary>
    public string PostlogServiceName { get; }

    /// <summary>daemon_directory: the programs of the daemons.</summary>
    public string DaemonDirectory { get; }

    /// <summary>data_directory: the files that daemons write.</summary>
    public string DataDirectory { get; }

    /// <summary>queue_directory: the working directory, and with -c the root directory.</summary>
    public string QueueDirectory { get; }

    /// <summary>mail_owner: the user to run as and the owner of files; its user id is not 0.</summary>
    public UserAccount MailOwner { get; }

    /// <summary>ipc_timeout: the time limit of one read from or write to another process, 1 s and more.</summary>
    public int IpcTimeoutSeconds { get; }

    /// <summary>daemon_timeout: the time limit of one turn of the event loop, 1 s and more.</summary>
    public int DaemonTimeoutSeconds { get; }

    /// <summary>
    /// default_database_type, the type of a cache that is configured without one. Postfix's tlsmgr of 3.11 and later
    /// takes it too, and not default_cache_db_type.
    /// </summary>
    public string DefaultCacheType { get; }

    /// <summary>Reads and checks the parameters.</summary>
    /// <param name="store">The values of main.cf; all shared parameters become defined in it.</param>
    /// <param name="options">The command line; its overrides enter the store.</param>
    /// <param name="process">The facts about this process.</param>
    /// <exception cref="FatalException">The first bad value, in Postfix's words.</exception>
    public static PostfixParameters Load(ParameterStore store, DaemonOptions options, ProcessDescription process)
    {
        store.Override(options.Overrides);
        store.DefineReadOnly("process_name", process.ProcessName);
        store.DefineReadOnly("service_name", options.ServiceName ?? process.ProcessName);
        return new PostfixParameters(store, process);
    }

    private static void CheckCompatibilityLevel(string level)
    {
        if (!CompatibilityLevel.TryParse(level, out _))
        {
            throw new FatalException(CompatibilityLevel.Malformed(level));
        }
    }

    // When only one is set the other is derived from it. As everywhere, a reference to a later parameter is empty.
    private static string ReadHostAndDomain(ParameterStore store, string systemName)
    {
        string systemDomain = store.IsSet("mydomain") ? store.Expand("mydomain") : "localdomain";
        string hostName = store.Text(Table.HostName with
        {
            Default = systemName.Contains('.') ? systemName : $"{systemName}.{systemDomain}",
        });
        int dot = hostName.IndexOf('.');
        string domain = store.Text(Table.Domain with { Default = dot < 0 ? "localdomain" : hostName[(dot + 1)..] });
        CheckName(store, "myhostname", hostName);
        CheckName(store, "mydomain", domain);
        return hostName;
    }

    private static void CheckName(ParameterStore store, string parameter, string name)
    {
        if (HostNameSyntax.FindFault(name) is { } fault)
        {
            store.Log.Warning(fault);
            throw InvalidParameter(store, $"{parameter}: bad parameter value: {name}");
        }
    }

    private static (MailVersion Version, string Origin) FindMailVersion(ParameterStore store, string? masterExecutable)
    {
        MailVersion version;
        string reason;
        if (store.IsSet("mail_version"))
        {
            string text = store.Text(Table.MailVersion);
            if (MailVersion.TryParse(text, out version))
            {
                return (version, $"mail_version {version}, as configured");
            }

            reason = $"mail_version = {text} is no version";
            store.Log.Warning($"{reason}, using {MailVersion.Newest}");
            return (MailVersion.Newest, $"mail_version {MailVersion.Newest}, by default: {reason}");
        }

        // Too early for its default: a value must not see the default of a parameter that is read later.
        string directory = store.IsSet("daemon_directory")
            ? store.Expand("daemon_directory")
            : Table.DaemonDirectory.Default;
        InstalledRelease release = InstalledRelease.Find(directory, masterExecutable);
        if (release.Warning is { } warning)
        {
            store.Log.Warning(warning);
        }

        store.Define(Table.MailVersion with { Default = release.Version.ToString() });
        return (release.Version, $"mail_version {release.Version}, {release.Origin}");
    }

    // A release without default_cache_db_type does not check its value.
    private string ReadDefaultCacheType(ParameterStore store)
    {
        string type = store.Text(Table.DatabaseType);
        if (MailVersion.HasDefaultCacheType)
        {
            store.Text(Table.CacheType);
        }
        else
        {
            store.Define(Table.CacheType);
        }

        return type;
    }

    private static UserAccount FindMailOwner(ParameterStore store, string name)
    {
        UserAccount owner = UserIdentity.FindUser(name)
            ?? throw InvalidParameter(store, $"mail_owner: unknown user name value: {name}");
        return owner.UserId != 0
            ? owner
            : throw InvalidParameter(store, $"mail_owner: user {name} has privileged user ID");
    }

    private static void CheckLogFile(string file, string prefixes)
    {
        if (file.Length == 0)
        {
            return;
        }

        foreach (string prefix in prefixes.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (file.StartsWith(prefix, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new FatalException($"maillog_file value '{file}' does not match any prefix in maillog_file_prefixes");
    }

    private static FatalException InvalidParameter(ParameterStore store, string text) =>
        new($"file {store.FilePath}: parameter {text}");
}
