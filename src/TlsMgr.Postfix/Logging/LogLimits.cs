namespace TlsMgr.Postfix.Logging;

/// <summary>Limits of log records, and of the time spent on them. A test compares them with docs/limits.md.</summary>
public static class LogLimits
{
    /// <summary>
    /// Seconds between two warnings of one kind that a client or the system could cause any number of times.
    /// </summary>
    public const int RepeatedWarningSeconds = 60;

    /// <summary>Maximum text of one log record in bytes, as in Postfix.</summary>
    public const int RecordBytes = 2000;

    /// <summary>
    /// Maximum bytes of a faulty request that are quoted in the log: enough for any name that Postfix sends, and for
    /// the name of a ticket key. A longer value may be a misplaced session, whose first hundred bytes contain its key.
    /// </summary>
    public const int QuotedBytes = 32;

    /// <summary>
    /// Maximum bytes of records held in memory while the log socket is full: thousands, more than a second of a daemon
    /// that logs each operation on its caches.
    /// </summary>
    public const int HeldBytes = 1024 * 1024;

    /// <summary>
    /// Milliseconds until held records are sent again; an attempt after one that sent nothing waits twice as long.
    /// </summary>
    public const int FirstResendMilliseconds = 1;

    /// <summary>Maximum milliseconds between two attempts to send held records.</summary>
    public const int LastResendMilliseconds = 256;

    /// <summary>
    /// Milliseconds that held records may wait for the log at the end of the process: a log daemon that is not
    /// scheduled for a second loses nothing.
    /// </summary>
    public const int FinalWaitMilliseconds = 1000;

    /// <summary>Milliseconds that one record may wait when the memory for held records is full.</summary>
    public const int RecordWaitMilliseconds = 20;

    /// <summary>
    /// Milliseconds that all records together may wait, until <see cref="WaitPauseSeconds"/> have passed without a
    /// wait: enough for a burst of records and a reader that is scheduled late.
    /// </summary>
    public const int WaitBudgetMilliseconds = 100;

    /// <summary>
    /// Seconds without a wait for the log until the next one. With a pause of a second, waits would take a fiftieth of
    /// the time and show in the slowest percent of requests; with a minute they do not.
    /// </summary>
    public const int WaitPauseSeconds = 60;

    /// <summary>
    /// Seconds between a fatal record and the exit of the process, as in Postfix: it limits the restarts by master.
    /// </summary>
    public const int FatalDelaySeconds = 1;
}
