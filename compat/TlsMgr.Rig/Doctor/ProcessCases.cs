namespace TlsMgr.Rig.Doctor;

/// <summary>Processes that are not there, are another's, or run what was replaced.</summary>
internal static class ProcessCases
{
    internal static readonly DoctorCase[] All =
    [
        new("Postfix is stopped", "$STOP", "reply Postfix is not running"),
        new("a program that was replaced",
            "cp $DAEMONS/tlsmgr-net $DAEMONS/new && mv $DAEMONS/new $DAEMONS/tlsmgr-net", "program process ")
        {
            IsBrief = true,
        },
        new("Postfix's own tlsmgr, still running",
            "postconf -c $CONFIG -F tlsmgr/unix/command=tlsmgr; $RESTART; $WAKE; "
            + "postconf -c $CONFIG -F tlsmgr/unix/command=tlsmgr-net", "program process "),
        new("a cache that another instance holds",
            "$STOP; postconf -c $OTHER smtp_tls_session_cache_database=btree:$DATA/smtp_scache && "
            + "postfix -c $OTHER start && $TOOL ping -c $OTHER; $START",
            "cache the smtp cache is off: ")
        {
            Clean = "postfix -c $OTHER stop",
        },
        new("a cache that was configured since",
            "postconf -c $CONFIG lmtp_tls_session_cache_database=; $RESTART; $WAKE; "
            + "postconf -c $CONFIG 'lmtp_tls_session_cache_database=btree:${data_directory}/lmtp_scache'",
            "reply tlsmgr has no cache for lmtp, though one is configured"),
        new("a cache that was moved since",
            "postconf -c $CONFIG 'lmtp_tls_session_cache_database=btree:${data_directory}/moved'",
            "cache the daemon still uses $DATA/lmtp_scache.lmdb for lmtp"),
        new("a timeout that was changed since", "postconf -c $CONFIG smtp_tls_session_cache_timeout=7200s",
            "cache-timeout smtp_tls_session_cache_timeout is 7200s, and the daemon still uses 3600s"),
    ];
}
