namespace TlsMgr.Postfix.Config;

/// <summary>
/// The shared parameters that this daemon uses or checks, in the order in which Postfix reads them: names, defaults
/// (postconf(5), Debian's build) and bounds.
/// </summary>
internal static class PostfixParameterTable
{
    internal static readonly ParameterDefinition ConfigDirectory = new("config_directory", "");
    internal static readonly ParameterDefinition Compatibility = new("compatibility_level", "0");

    // The defaults of mail_version, myhostname and mydomain come from the system; see PostfixParameters.
    internal static readonly ParameterDefinition MailVersion = new("mail_version", "", 1);

    internal static readonly ParameterDefinition SyslogFacility = new("syslog_facility", "mail", 1);
    internal static readonly ParameterDefinition MultiInstanceName = new("multi_instance_name", "");
    internal static readonly ParameterDefinition LogFile = new("maillog_file", "");
    internal static readonly ParameterDefinition LogFilePrefixes =
        new("maillog_file_prefixes", "/var, /dev/stdout", 1);

    internal static readonly ParameterDefinition PostlogServiceName = new("postlog_service_name", "postlog", 1);
    internal static readonly ParameterDefinition HostName = new("myhostname", "", 1);
    internal static readonly ParameterDefinition Domain = new("mydomain", "", 1);
    internal static readonly ParameterDefinition MailName = new("mail_name", "Postfix", 1);
    internal static readonly ParameterDefinition SyslogName =
        new("syslog_name", "${multi_instance_name?{$multi_instance_name}:{postfix}}", 1);

    internal static readonly ParameterDefinition MailOwner = new("mail_owner", "postfix", 1);
    internal static readonly ParameterDefinition DaemonDirectory =
        new("daemon_directory", "/usr/lib/postfix/sbin", 1);

    internal static readonly ParameterDefinition DataDirectory = new("data_directory", "/var/lib/postfix", 1);
    internal static readonly ParameterDefinition CommandDirectory = new("command_directory", "/usr/sbin", 1);
    internal static readonly ParameterDefinition MetaDirectory = new("meta_directory", "/etc/postfix", 1);
    internal static readonly ParameterDefinition QueueDirectory = new("queue_directory", "/var/spool/postfix", 1);
    internal static readonly ParameterDefinition DatabaseType = new("default_database_type", "hash", 1);
    internal static readonly ParameterDefinition CacheType = new("default_cache_db_type", "lmdb", 1);
    internal static readonly ParameterDefinition MaximumUse = new("max_use", "100", 1);
    internal static readonly ParameterDefinition MaximumIdle = new("max_idle", "100s", 1);
    internal static readonly ParameterDefinition IpcTimeout = new("ipc_timeout", "3600s", 1);
    internal static readonly ParameterDefinition DaemonTimeout = new("daemon_timeout", "18000s", 1);

    // Expanded only when it is used.
    internal static readonly ParameterDefinition DebuggerCommand = new("debugger_command", "");
}
