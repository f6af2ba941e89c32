// The parameters that every Postfix daemon reads before it does anything of its own (postconf(5)). The order of checks
// is the original's, so that of several faults the same one is told. Must never read a parameter of one daemon alone.

using System;
using System.Globalization;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>The checked values of the parameters that all daemons share.</summary>
public sealed class PostfixParameters
{
    private readonly string _defaultDatabaseType;
    private readonly string _defaultCacheType;

    private PostfixParameters(ParameterStore store, ProcessDescription process)
    {
        DefineAll(store, process);
        string level = store.Expand("compatibility_level");
        if (!CompatibilityLevel.TryParse(level, out _))
        {
            throw new FatalException(CompatibilityLevel.Malformed(level));
        }

        SyslogFacility = Logging.SyslogFacility.Find(store.Text(PostfixParameterTable.SyslogFacility))
            ?? throw Misfit(store, $"syslog_facility: unrecognized value: {store.Expand("syslog_facility")}");
        DefineHostAndDomain(store, process.HostName);
        HostName = store.Text(PostfixParameterTable.HostName);
        store.Text(PostfixParameterTable.Domain);
        (MailVersion, MailVersionOrigin) = FindMailVersion(store, process.MasterExecutable);
        foreach (ParameterDefinition parameter in PostfixParameterTable.CheckedTexts)
        {
            store.Text(parameter);
        }

        SyslogName = store.Expand("syslog_name");
        LogFile = store.Expand("maillog_file");
        PostlogServiceName = store.Expand("postlog_service_name");
        DaemonDirectory = store.Expand("daemon_directory");
        DataDirectory = store.Expand("data_directory");
        QueueDirectory = store.Expand("queue_directory");
        DebuggerCommand = store.Expand("debugger_command");
        _defaultDatabaseType = store.Expand("default_database_type");
        _defaultCacheType = store.Expand("default_cache_db_type");
        store.Integer(PostfixParameterTable.MaximumUse);
        store.TimeSeconds(PostfixParameterTable.MaximumIdle);
        IpcTimeoutSeconds = store.TimeSeconds(PostfixParameterTable.IpcTimeout);
        DaemonTimeoutSeconds = store.TimeSeconds(PostfixParameterTable.DaemonTimeout);
        MailOwner = FindMailOwner(store);
        CheckLogFile(LogFile, store.Expand("maillog_file_prefixes"));
    }

    /// <summary>The facility for syslog(3), shifted as openlog(3) takes it.</summary>
    public int SyslogFacility { get; }

    /// <summary>syslog_name: the first part of the log tag.</summary>
    public string SyslogName { get; }

    /// <summary>myhostname, with its domain.</summary>
    public string HostName { get; }

    /// <summary>The release of Postfix whose clients we serve.</summary>
    public MailVersion MailVersion { get; }

    /// <summary>Where that was found, for a log line: <c>mail_version 3.7.11, from /proc/1/exe</c>.</summary>
    public string MailVersionOrigin { get; }

    /// <summary>maillog_file; empty when logging goes to syslog.</summary>
    public string LogFile { get; }

    /// <summary>The name of postlogd's socket below queue_directory/public.</summary>
    public string PostlogServiceName { get; }

    /// <summary>Where the daemons' programs lie.</summary>
    public string DaemonDirectory { get; }

    /// <summary>Where daemons may write.</summary>
    public string DataDirectory { get; }

    /// <summary>The working directory, and with -c the root directory.</summary>
    public string QueueDirectory { get; }

    /// <summary>The command for -D; empty when there is none.</summary>
    public string DebuggerCommand { get; }

    /// <summary>The user for privileges given up and for files; never one with user id 0.</summary>
    public UserAccount MailOwner { get; }

    /// <summary>How long one read from or write to another process may take, 1 s and more.</summary>
    public int IpcTimeoutSeconds { get; }

    /// <summary>How long one turn of the main loop may take, 1 s and more.</summary>
    public int DaemonTimeoutSeconds { get; }

    /// <summary>
    /// The type of a cache without one: default_cache_db_type since 3.11, else default_database_type.
    /// </summary>
    public string CacheTypeByDefault => MailVersion.HasDefaultCacheType ? _defaultCacheType : _defaultDatabaseType;

    /// <summary>Reads and checks the parameters.</summary>
    /// <param name="store">What main.cf and the command line set; gets to know all shared parameters.</param>
    /// <param name="options">The command line; its overrides enter the store.</param>
    /// <param name="process">What this process is.</param>
    /// <exception cref="FatalException">The first value that is not good, in Postfix's words.</exception>
    public static PostfixParameters Load(ParameterStore store, DaemonOptions options, ProcessDescription process)
    {
        store.Override(options.Overrides);
        store.DefineReadOnly("service_name", options.ServiceName ?? process.ProcessName);
        return new PostfixParameters(store, process);
    }

    private static void DefineAll(ParameterStore store, ProcessDescription process)
    {
        foreach (string line in ForeignDefaults.Text.Split('\n'))
        {
            NameValueText.Split(line, out string name, out string value);
            store.DefineDefault(name, value);
        }

        store.Define(PostfixParameterTable.All);
        store.DefineReadOnly("process_name", process.ProcessName);
        store.DefineReadOnly("process_id", process.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    // When one is set the other is made from it. While myhostname is expanded, a mydomain that is not set is empty.
    private static void DefineHostAndDomain(ParameterStore store, string systemName)
    {
        bool hasDomain = store.IsSet("mydomain");
        if (!store.IsSet("myhostname"))
        {
            string domain = hasDomain ? "$mydomain" : "localdomain";
            store.DefineDefault("myhostname", systemName.Contains('.') ? systemName : $"{systemName}.{domain}");
        }

        string hostName = store.Text(PostfixParameterTable.HostName);
        int dot = hostName.IndexOf('.');
        store.DefineDefault("mydomain", dot < 0 ? "localdomain" : hostName[(dot + 1)..]);
    }

    private static (MailVersion Version, string Origin) FindMailVersion(ParameterStore store, string? masterExecutable)
    {
        MailVersion version;
        string doubt;
        if (store.IsSet("mail_version"))
        {
            string text = store.Text(PostfixParameterTable.MailVersion);
            if (MailVersion.TryParse(text, out version))
            {
                return (version, $"mail_version {version}, as configured");
            }

            doubt = $"mail_version = {text} is no version";
            store.Log.Warning($"{doubt}, using {MailVersion.Newest}");
        }
        else
        {
            string executable = masterExecutable ?? $"{store.Expand("daemon_directory")}/master";
            if (MailVersion.FindInExecutable(executable, out doubt) is MailVersion found)
            {
                store.DefineDefault("mail_version", found.ToString());
                return (found, $"mail_version {found}, from {executable}");
            }
        }

        version = MailVersion.Newest;
        store.DefineDefault("mail_version", version.ToString());
        return (version, $"mail_version {version}, by default: {doubt}");
    }

    private static UserAccount FindMailOwner(ParameterStore store)
    {
        string name = store.Expand("mail_owner");
        UserAccount owner = UserIdentity.FindUser(name)
            ?? throw Misfit(store, $"mail_owner: unknown user name value: {name}");
        return owner.UserId != 0 ? owner : throw Misfit(store, $"mail_owner: user {name} has privileged user ID");
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

    private static FatalException Misfit(ParameterStore store, string text) =>
        new($"file {store.FilePath}: parameter {text}");
}
