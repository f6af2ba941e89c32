// Every limit of the service in one place, each with its unit and its reason. A limit that is a parameter of main.cf is
// not here.

namespace TlsMgr.Postfix;

/// <summary>What one client may use, and how much is done in one turn of the event loop.</summary>
public static class Limits
{
    /// <summary>
    /// Longest message, in bytes. Real ones stay below 5,000; a session of 1 MiB (1.4 MB as base64) under a cache id of
    /// 100 kB must work.
    /// </summary>
    public const int MessageBytes = 2 * 1024 * 1024;

    /// <summary>Bytes read from one connection in one turn: a large message must not hold up the others.</summary>
    public const int ReadBytesPerTurn = 64 * 1024;

    /// <summary>Bytes of one block of memory that requests and replies wait in: more than most need.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Blocks that are kept for the next turn: two for each event of a turn, twice over; 2 MiB.</summary>
    public const int FreeBlocks = 512;

    /// <summary>Bytes asked for in one read: more than any real request, and one page of memory.</summary>
    public const int ReadBytes = 4096;

    /// <summary>
    /// Messages answered for one connection in one turn: more than Postfix ever sends without waiting (1).
    /// </summary>
    public const int MessagesPerTurn = 64;

    /// <summary>
    /// Bytes of replies that may wait for one client before its next message is looked at. One reply of any size may go
    /// over it.
    /// </summary>
    public const int UnsentReplyBytes = 64 * 1024;

    /// <summary>Connections taken from a listen socket in one turn.</summary>
    public const int AcceptsPerTurn = 64;

    /// <summary>Events fetched from the kernel in one turn.</summary>
    public const int EventsPerTurn = 128;

    /// <summary>Seconds without accepting after the system ran out of descriptors, unless one becomes free.</summary>
    public const int DescriptorShortageSeconds = 1;

    /// <summary>Seconds between two warnings of one kind that a client or the system could cause without end.</summary>
    public const int RepeatedWarningSeconds = 60;

    /// <summary>Longest text of one log record in bytes, as in Postfix.</summary>
    public const int LogRecordBytes = 2000;

    /// <summary>
    /// Milliseconds that a full log socket may hold up the daemon for one record before the record is dropped.
    /// </summary>
    public const int LogWaitMilliseconds = 20;

    /// <summary>Seconds between two status messages to master, once the first work was reported.</summary>
    public const int StatusReportSeconds = 60;

    /// <summary>
    /// Seconds between a fatal record and the end of the process, as in Postfix: master must not spin.
    /// </summary>
    public const int FatalDelaySeconds = 1;
}
