namespace TlsMgr.Rig.Doctor;

/// <summary>Wrong parameters.</summary>
internal static class ConfigurationCases
{
    private const string Timeout = "smtpd_tls_session_cache_timeout";

    internal static readonly DoctorCase[] All =
    [
        new(
            "two caches in one file", Set("smtp_tls_session_cache_database=btree:$DATA/smtpd_scache"),
            "cache tlsmgr does not start: smtp and smtpd share $DATA/smtpd_scache.lmdb") { IsBrief = true },
        new(
            "two caches in one file by two names",
            Set("lmtp_tls_session_cache_database=lmdb:$DATA/../data/smtpd_scache"),
            "cache tlsmgr does not start: lmtp and smtpd share "),
        new(
            "a type that no cache can have", Set("smtpd_tls_session_cache_database=mysql:/etc/x.cf"),
            "cache smtpd_tls_session_cache_database = mysql:/etc/x.cf: a cache cannot have type mysql"),
        new(
            "a cache in no directory", Set("smtpd_tls_session_cache_database=btree:$ROOT/none/scache"),
            "cache $ROOT/none/scache.lmdb: $ROOT/none: No such file or directory"),
        new("a cache without time", Set($"{Timeout}=0"), $"cache-timeout {Timeout} is 0: the smtpd cache is off"),
        new("a client cache without time", Set("smtp_tls_session_cache_timeout=0s"),
            "cache-timeout smtp_tls_session_cache_timeout is 0: the smtp cache is off"),
        new("sessions for eight days", Set($"{Timeout}=8d"), $"cache-timeout {Timeout} is 691200s"),
        new("a value that is none", Set($"{Timeout}=1x"), "configuration tlsmgr does not start: ")
        {
            Mend = $"postconf -c $CONFIG {Timeout}=3600s && postfix -c $CONFIG stop; postfix -c $CONFIG start",
        },
        new("a number that is none", Set("tls_random_bytes=many"), "configuration tlsmgr does not start: ")
        {
            Mend = "postconf -c $CONFIG -X tls_random_bytes && postfix -c $CONFIG stop; postfix -c $CONFIG start",
        },
        new("no entropy source", Set("tls_random_source=dev:/nonexistent"),
            "tls_random_source dev:/nonexistent: No such file or directory"),
        new("a directory as entropy source", Set("tls_random_source=$ROOT"), "tls_random_source $ROOT: Is a directory"),
        new("no entropy server", Set("tls_random_source=egd:$ROOT/egd"), "tls_random_source egd:$ROOT/egd: "),
        new("an exchange file in no directory", Set("tls_random_exchange_name=$ROOT/none/prng"),
            "tls_random_exchange_name $ROOT/none/prng: $ROOT/none: No such file or directory"),
        new("an exchange file that is a directory of another", Set("tls_random_exchange_name=$DATA/."),
            "tls_random_exchange_name "),
        new("another version of the protocol", Set("mail_version=3.4.0"), "mail_version it is set to 3.4.0, "),
        new("another service in main.cf", Set("tlsmgr_service_name=elsewhere"),
            "master.cf programs look for the service elsewhere (tlsmgr_service_name), and master.cf calls it tlsmgr"),
        new("a misspelt parameter in tlsmgr.cf", "echo 'tlsmgr_sandbx = no' >>$CONFIG/tlsmgr.cf; $RELOAD",
            "tlsmgr.cf tlsmgr_sandbx in $CONFIG/tlsmgr.cf is no parameter; did you mean tlsmgr_sandbox?")
        {
            IsBrief = true,
        },
        new("a misspelt parameter that nobody can guess", "echo 'tlsmgr_foo = no' >>$CONFIG/tlsmgr.cf; $RELOAD",
            "tlsmgr.cf tlsmgr_foo in $CONFIG/tlsmgr.cf is no parameter"),
        new("a misspelt parameter in main.cf", Set("smtpd_tls_session_cache_entry_limt=1000"),
            "tlsmgr.cf smtpd_tls_session_cache_entry_limt in main.cf is no parameter; did you mean "
            + "smtpd_tls_session_cache_entry_limit?"),
        new("a misspelt option", "postconf -c $CONFIG -P 'tlsmgr/unix/tlsmgr_sandbx=no'; $RELOAD",
            "tlsmgr.cf tlsmgr_sandbx in the options of the entry in master.cf is no parameter; "
            + "did you mean tlsmgr_sandbox?"),
        new("a parameter of Postfix in tlsmgr.cf", $"echo '{Timeout} = 7200s' >>$CONFIG/tlsmgr.cf; $RELOAD",
            $"tlsmgr.cf {Timeout} has no effect in $CONFIG/tlsmgr.cf: it is a parameter of Postfix"),
        new("a control socket outside of data_directory",
            "echo 'tlsmgr_control_socket = ../x' >>$CONFIG/tlsmgr.cf; $RELOAD",
            "tlsmgr_control_socket ../x is not a name in data_directory"),
        new("a control socket with the name of a file",
            "echo 'tlsmgr_control_socket = prng_exch' >>$CONFIG/tlsmgr.cf; $RELOAD",
            "tlsmgr_control_socket $DATA/prng_exch is no socket"),
        new("a data_directory that others use", Set("data_directory=/etc"),
            "data_directory /etc does not belong to $OWNER: ")
        {
            Requires = "[ ! -e /var/lib/config ]",
            Clean = "rm -rf /var/lib/config",
        },
        new("a data_directory that is not there", Set("data_directory=$ROOT/new"),
            "data_directory $ROOT/new: No such file or directory") { Clean = "rm -rf $ROOT/new" },
        new("no logger", "postconf -c $CONFIG maillog_file= && postconf -c $CONFIG -X maillog_file_prefixes && $RELOAD",
            "log log records are lost: /dev/log is no socket")
        {
            Requires = "[ ! -e /dev/log ] && [ ! -e /var/log/postfix.log ]",
            Clean = "rm -f /var/log/postfix.log",
        },
    ];

    private static string Set(string assignment) => $"postconf -c $CONFIG \"{assignment}\" && $RELOAD";
}
