// The shared parameters that this daemon uses or checks: names, defaults (postconf(5), Debian's build) and bounds.
// Must never hold code.

using static TlsMgr.Postfix.Config.ParameterKind;

namespace TlsMgr.Postfix.Config;

/// <summary>The table of the shared parameters.</summary>
internal static class PostfixParameterTable
{
    internal static readonly ParameterDefinition SyslogFacility = new("syslog_facility", Text, "mail", 1);

    // The defaults of the next three come from the system; see PostfixParameters.
    internal static readonly ParameterDefinition HostName = new("myhostname", Text, "", 1);
    internal static readonly ParameterDefinition Domain = new("mydomain", Text, "", 1);
    internal static readonly ParameterDefinition MailVersion = new("mail_version", Text, "", 1);

    internal static readonly ParameterDefinition MaximumUse = new("max_use", Integer, "100", 1);
    internal static readonly ParameterDefinition MaximumIdle = new("max_idle", Time, "100s", 1);
    internal static readonly ParameterDefinition IpcTimeout = new("ipc_timeout", Time, "3600s", 1);
    internal static readonly ParameterDefinition DaemonTimeout = new("daemon_timeout", Time, "18000s", 1);

    /// <summary>Texts, in the order in which they are checked.</summary>
    internal static readonly ParameterDefinition[] CheckedTexts =
    [
        new("mail_name", Text, "Postfix", 1),
        new("syslog_name", Text, "${multi_instance_name?{$multi_instance_name}:{postfix}}", 1),
        new("mail_owner", Text, "postfix", 1),
        new("postlog_service_name", Text, "postlog", 1),
        new("maillog_file", Text, ""),
        new("maillog_file_prefixes", Text, "/var, /dev/stdout", 1),
        new("daemon_directory", Text, "/usr/lib/postfix/sbin", 1),
        new("command_directory", Text, "/usr/sbin", 1),
        new("data_directory", Text, "/var/lib/postfix", 1),
        new("meta_directory", Text, "/etc/postfix", 1),
        new("queue_directory", Text, "/var/spool/postfix", 1),
        new("default_database_type", Text, "hash", 1),
        new("default_cache_db_type", Text, "lmdb", 1),
        new("debugger_command", Text, ""),
    ];

    /// <summary>All of them.</summary>
    internal static readonly ParameterDefinition[] All =
    [
        new("config_directory", Text, ""),
        new("multi_instance_name", Text, ""),
        new("compatibility_level", Text, "0"),
        SyslogFacility,
        HostName,
        Domain,
        MailVersion,
        .. CheckedTexts,
        MaximumUse,
        MaximumIdle,
        IpcTimeout,
        DaemonTimeout,
    ];
}
