// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Postfix.Logging;

/// <summary>Limits of log records, and of the time spent on them.</summary>
public static class LogLimits
{
    /// <summary>Seconds between two warnings of one kind that a client or the system could cause without end.</summary>
    public const int RepeatedWarningSeconds = 60;

    /// <summary>Longest text of one log record in bytes, as in Postfix.</summary>
    public const int RecordBytes = 2000;

    /// <summary>
    /// Bytes of a faulty request that are quoted in the log: any name of Postfix's fits in, and the name of a ticket
    /// key. What is longer may be a session that stands in the wrong place, and its first hundred bytes hold its key.
    /// </summary>
    public const int QuotedBytes = 32;

    /// <summary>Milliseconds that one record may wait for a full log socket.</summary>
    public const int RecordWaitMilliseconds = 20;

    /// <summary>
    /// Milliseconds that all records together may wait, until <see cref="WaitPauseSeconds"/> have passed without:
    /// enough for a burst of records and a reader that comes late.
    /// </summary>
    public const int WaitBudgetMilliseconds = 100;

    /// <summary>
    /// Seconds without waiting for the log until it may be waited for again. Of a second, the waits would be a
    /// fiftieth, and seen in the slowest percent of requests; of a minute they are not.
    /// </summary>
    public const int WaitPauseSeconds = 60;

    /// <summary>
    /// Seconds between a fatal record and the end of the process, as in Postfix: master must not spin.
    /// </summary>
    public const int FatalDelaySeconds = 1;
}
