namespace TlsMgr.Rig.Doctor;

/// <summary>Wrong lines of master.cf.</summary>
internal static class EntryCases
{
    private const string Restore =
        "cp $SAVED/master.cf $CONFIG/master.cf; postfix -c $CONFIG stop; postfix -c $CONFIG start";

    internal static readonly DoctorCase[] All =
    [
        new("any number of processes", Field("process_limit=0"),
            "process-limit the process limit of tlsmgr is 0, and tlsmgr requires 1") { IsBrief = true },
        new("a service that is not private", Field("private=n"), "master.cf the service is not private: "),
        new("a program that is not there", Field("command=tlsmgr-nett"),
            "master.cf the command of tlsmgr is tlsmgr-nett, and there is no $DAEMONS/tlsmgr-nett"),
        new("an option that is none", Line("tlsmgr-net -Q"), "master.cf tlsmgr does not start: invalid option: Q"),
        new("a word too many", Line("tlsmgr-net -v now"),
            "master.cf tlsmgr does not start: unexpected command-line argument: now"),
        new("no entry", "sed -i '/^tlsmgr /d' $CONFIG/master.cf; $RELOAD",
            "master.cf there is no service tlsmgr of type unix: programs disable TLS"),
        new("another name of the service", "sed -i 's/^tlsmgr /tls-manager /' $CONFIG/master.cf; $RELOAD",
            "master.cf programs look for the service tlsmgr (tlsmgr_service_name), and master.cf calls it tls-manager"),
        new("a field that is none",
            "sed -i 's/^\\(tlsmgr .*\\)1000?/\\1later/' $CONFIG/master.cf; $RELOAD; $AWAIT_STOP",
            "master.cf Postfix does not start, and stops at a reload: ") { Mend = Restore },
        new("a field that postconf rejects", "sed -i 's/^\\(tlsmgr .*\\)1000?/\\11000??/' $CONFIG/master.cf; $RELOAD",
            "master.cf postconf rejects the file, and Postfix does not start: ") { Mend = Restore },
        new("another version of the protocol in an option", Line("tlsmgr-net -o mail_version=2.11.0"),
            "mail_version it is set to 2.11.0, "),
        new("another version in one word with its option", Line("tlsmgr-net -v -omail_version=2.11.0"),
            "mail_version it is set to 2.11.0, "),
        new("eight days in an option with blanks", Line("tlsmgr-net -o { smtpd_tls_session_cache_timeout = 8d }"),
            "cache-timeout smtpd_tls_session_cache_timeout is 691200s"),
        new("a cache in no directory in an option",
            Line("tlsmgr-net -o smtpd_tls_session_cache_database=hash:/nonexistent/x"),
            "cache /nonexistent/x.lmdb: /nonexistent: No such file or directory"),
        new("no service for the log", "sed -i '/^postlog /d' $CONFIG/master.cf; $RESTART; $AWAIT_STOP",
            "log log records for $ROOT/mail.log are lost: "),
    ];

    private static string Field(string assignment) => $"postconf -c $CONFIG -F tlsmgr/unix/{assignment}; $RELOAD";

    private static string Line(string command) =>
        $"sed -i 's|^\\(tlsmgr .*\\)tlsmgr-net|\\1{command}|' $CONFIG/master.cf; $RELOAD";
}
