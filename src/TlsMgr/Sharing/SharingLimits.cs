// Limits with their units and reasons; a test compares them with docs/limits.md.

namespace TlsMgr.Sharing;

/// <summary>Limits of sharing sessions with other hosts.</summary>
internal static class SharingLimits
{
    /// <summary>The longest message of tlspool, in bytes; a longer one ends the connection.</summary>
    internal const int MessageBytes = 64 * 1024;

    /// <summary>The longest cache id of a shared session, in bytes: real ones are below 400.</summary>
    internal const int IdBytes = 2048;

    /// <summary>
    /// The largest session that is shared, in bytes: with a chain of certificates real ones have 8,000.
    /// </summary>
    internal const int SessionBytes = 32 * 1024;

    /// <summary>Bytes read from tlspool in one turn of the event loop.</summary>
    internal const int ReadBytesPerTurn = 64 * 1024;

    /// <summary>Bytes for tlspool that are not sent yet, above which nothing more is written.</summary>
    internal const int UnsentBytes = 256 * 1024;

    /// <summary>Connections whose reply is held at a time.</summary>
    internal const int HeldReplies = 256;

    /// <summary>A connection that was held is not held again for so many times as long.</summary>
    internal const int HoldCreditFactor = 10;

    /// <summary>Sessions that are asked for at a time.</summary>
    internal const int Asked = 512;

    /// <summary>
    /// Seconds after which an answer that is still missing is no longer waited for: tlspool bounds its own waits below.
    /// </summary>
    internal const int AnswerSeconds = 5;

    /// <summary>
    /// The shortest time in milliseconds after which an answer is overdue, also where no reply is held.
    /// </summary>
    internal const int OverdueMilliseconds = 25;

    /// <summary>
    /// Milliseconds for which it is not logged that tlspool has closed the connection: at a reload, both end.
    /// </summary>
    internal const int ReloadMilliseconds = 100;

    /// <summary>Answers overdue or failed in a row that open the breaker.</summary>
    internal const int BreakerFailures = 5;

    /// <summary>
    /// Seconds after the last answer in time in which others do not open the breaker: the server may have paused, or a
    /// cluster have lost a node.
    /// </summary>
    internal const int PartialFailureSeconds = 1;

    /// <summary>The first time in seconds for which the breaker is open, and for which a lost connection is.</summary>
    internal const int FirstPauseSeconds = 1;

    /// <summary>The longest such time in seconds: each doubles.</summary>
    internal const int LongestPauseSeconds = 60;

    /// <summary>
    /// Seconds without a failure after which the pauses begin with the first again, and the log says so.
    /// </summary>
    internal const int RecoverySeconds = 10;

    /// <summary>Seconds for which an id that missed is not asked for again.</summary>
    internal const int MissSeconds = 30;

    /// <summary>Ids that missed and are remembered: 200 a second; of more, the oldest are forgotten.</summary>
    internal const int RememberedMisses = 8192;

    /// <summary>Ids that were removed here and are remembered; of more, the oldest are forgotten.</summary>
    internal const int RememberedRemovals = 8192;

    /// <summary>Sessions that wait for tlspool; of more, the oldest are dropped.</summary>
    internal const int QueuedChanges = 4096;

    /// <summary>Bytes of sealed sessions in these changes.</summary>
    internal const int QueuedBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Removals that wait for tlspool; of more, the oldest is given up, and no shared session of its cache from before
    /// is used any more.
    /// </summary>
    internal const int QueuedRemovals = 1024;

    /// <summary>Changes that tlspool has been sent and not confirmed.</summary>
    internal const int UnconfirmedChanges = 256;

    /// <summary>Seconds after which a removal that failed is sent again.</summary>
    internal const int RemovalRetrySeconds = 5;

    /// <summary>
    /// Seconds between two questions for the state of tlspool; without an answer by the next it hangs.
    /// </summary>
    internal const int StateSeconds = 5;

    /// <summary>Bytes of each of the two filters of what the pool holds: some 900,000 sessions at 1 %.</summary>
    internal const int FilterBytes = 1024 * 1024;
}
