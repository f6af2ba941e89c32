namespace TlsMgr.Rig.Doctor;

/// <summary>An installation without fault: every line of the report has to be ok.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Prepare">The shell commands that make it so; Postfix runs before.</param>
internal sealed record HealthyCase(string Name, string Prepare)
{
    /// <summary>A word that the report must not hold; empty for none.</summary>
    internal string Unsaid { get; init; } = "";

    /// <summary>What has to be undone afterwards.</summary>
    internal string Clean { get; init; } = "";

    /// <summary>Whether sessions without tickets are resumed: not where there is no cache.</summary>
    internal bool HasCache { get; init; } = true;

    /// <summary>Whether the brief form has it.</summary>
    internal bool IsBrief { get; init; }

    /// <summary>All of them.</summary>
    internal static readonly HealthyCase[] All =
    [
        new("healthy", "true") { IsBrief = true },
        new(
            "healthy with Postfix's own tlsmgr",
            "postconf -c $CONFIG -F tlsmgr/unix/command=tlsmgr; $RESTART; rm -f $CONFIG/tlsmgr.cf")
        {
            Unsaid = "lmdb",
            IsBrief = true,
        },
        new(
            "healthy without caches and own parameters",
            "rm $CONFIG/tlsmgr.cf; for cache in smtpd smtp lmtp; do "
            + "postconf -c $CONFIG -X ${cache}_tls_session_cache_database; done; $RESTART")
        {
            HasCache = false,
        },
        new("healthy without a jail", "postconf -c $CONFIG -F tlsmgr/unix/chroot=n; $RESTART"),
        new(
            "healthy in the foreground, with the log on standard output",
            "$STOP; postconf -c $CONFIG -X maillog_file_prefixes; postconf -c $CONFIG maillog_file=/dev/stdout; "
            + "setsid postfix -c $CONFIG start-fg >$ROOT/foreground.log 2>&1 & "
            + "for i in $(seq 100); do "
            + "[ -S $QUEUE/private/tlsmgr ] && [ -S $QUEUE/public/postlog ] && break; sleep 0.1; done"),
        new("healthy beside another instance", "postfix -c $OTHER start; $TOOL ping -c $OTHER; $TOOL doctor -c $OTHER")
        {
            Clean = "postfix -c $OTHER stop",
        },
    ];
}
