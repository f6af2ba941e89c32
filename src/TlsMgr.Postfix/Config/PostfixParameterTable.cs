// The shared parameters that this daemon uses or checks: names, defaults (postconf(5), Debian's build) and bounds.
// Must never hold code.

using static TlsMgr.Postfix.Config.ParameterKind;

namespace TlsMgr.Postfix.Config;

/// <summary>The table of the shared parameters, in the order in which Postfix reads them.</summary>
internal static class PostfixParameterTable
{
    internal static readonly ParameterDefinition ConfigDirectory = new("config_directory", Text, "");
    internal static readonly ParameterDefinition Compatibility = new("compatibility_level", Text, "0");

    // The default comes from the system, as those of myhostname and mydomain do; see PostfixParameters.
    internal static readonly ParameterDefinition MailVersion = new("mail_version", Text, "", 1);

    internal static readonly ParameterDefinition SyslogFacility = new("syslog_facility", Text, "mail", 1);
    internal static readonly ParameterDefinition MultiInstanceName = new("multi_instance_name", Text, "");
    internal static readonly ParameterDefinition LogFile = new("maillog_file", Text, "");
    internal static readonly ParameterDefinition LogFilePrefixes =
        new("maillog_file_prefixes", Text, "/var, /dev/stdout", 1);

    internal static readonly ParameterDefinition PostlogServiceName = new("postlog_service_name", Text, "postlog", 1);
    internal static readonly ParameterDefinition HostName = new("myhostname", Text, "", 1);
    internal static readonly ParameterDefinition Domain = new("mydomain", Text, "", 1);
    internal static readonly ParameterDefinition MailName = new("mail_name", Text, "Postfix", 1);
    internal static readonly ParameterDefinition SyslogName =
        new("syslog_name", Text, "${multi_instance_name?{$multi_instance_name}:{postfix}}", 1);

    internal static readonly ParameterDefinition MailOwner = new("mail_owner", Text, "postfix", 1);
    internal static readonly ParameterDefinition DaemonDirectory =
        new("daemon_directory", Text, "/usr/lib/postfix/sbin", 1);

    internal static readonly ParameterDefinition DataDirectory = new("data_directory", Text, "/var/lib/postfix", 1);
    internal static readonly ParameterDefinition CommandDirectory = new("command_directory", Text, "/usr/sbin", 1);
    internal static readonly ParameterDefinition MetaDirectory = new("meta_directory", Text, "/etc/postfix", 1);
    internal static readonly ParameterDefinition QueueDirectory = new("queue_directory", Text, "/var/spool/postfix", 1);
    internal static readonly ParameterDefinition DatabaseType = new("default_database_type", Text, "hash", 1);
    internal static readonly ParameterDefinition CacheType = new("default_cache_db_type", Text, "lmdb", 1);
    internal static readonly ParameterDefinition MaximumUse = new("max_use", Integer, "100", 1);
    internal static readonly ParameterDefinition MaximumIdle = new("max_idle", Time, "100s", 1);
    internal static readonly ParameterDefinition IpcTimeout = new("ipc_timeout", Time, "3600s", 1);
    internal static readonly ParameterDefinition DaemonTimeout = new("daemon_timeout", Time, "18000s", 1);

    // Read when it is used, and not before.
    internal static readonly ParameterDefinition DebuggerCommand = new("debugger_command", Text, "");
}
