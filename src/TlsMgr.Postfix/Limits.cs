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

    /// <summary>
    /// Blocks of memory that all connections may use together before large messages and replies are refused: 64 MiB.
    /// Clients that do not end what they say, or do not read what they asked for, must not take the memory of the
    /// machine, nor that of the others.
    /// </summary>
    public const int PlentyBlocks = 16 * 1024;

    /// <summary>
    /// Blocks of memory that all connections may use together from one turn to the next: 128 MiB. Above it, a client
    /// that has not sent its request whole, or does not take its reply at once, is disconnected; the others need none.
    /// </summary>
    public const int MostBlocks = 2 * PlentyBlocks;

    /// <summary>Bytes of a message or a reply that is served though memory is scarce: ten times any real one.</summary>
    public const int ModestMessageBytes = 64 * 1024;

    /// <summary>Bytes read from one connection in one turn: a large message must not hold up the others.</summary>
    public const int ReadBytesPerTurn = 64 * 1024;

    /// <summary>
    /// Bytes of one block of a connection's memory, and the most asked for in one read: more than any real request, and
    /// one page of memory.
    /// </summary>
    public const int BlockBytes = 4096;

    /// <summary>Blocks that are taken from the kernel together: enough for every day.</summary>
    public const int SlabBlocks = 64;

    /// <summary>
    /// Free blocks below which more are taken; when the kernel refuses them, large messages and replies are refused
    /// too, so that the rest is left for the others.
    /// </summary>
    public const int SpareBlocks = 32;

    /// <summary>Pieces of so many blocks that are kept though nobody uses them: a turn's worth, so that none is taken
    /// from the kernel and given back in each turn.</summary>
    public const int KeptSlabs = 8;

    /// <summary>
    /// Bytes of memory held for the collector, which has them when the kernel gives no more: for garbage and for its
    /// own work. Ten times what it was seen to need; without memory, .NET cannot even say that there is none.
    /// </summary>
    public const int HeapReserveBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Bytes held besides for each connection: what it may still come to need of the collector's heap for messages that
    /// are not large.
    /// </summary>
    public const int ConnectionReserveBytes = 4 * 1024;

    /// <summary>Bytes of garbage between two looks whether the collector needs its reserve: a part of it.</summary>
    public const int GarbageBytes = 64 * 1024;

    /// <summary>
    /// Bytes of memory that must be there at the start besides the reserve: for what is read and opened. With less, the
    /// daemon says so and ends.
    /// </summary>
    public const int StartBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Connections that are made together, the first at the start: those are there when the kernel gives no memory. Of
    /// some 1,300 bytes each, so that one look whether there is memory is enough for them.
    /// </summary>
    public const int ConnectionsMadeTogether = 64;

    /// <summary>
    /// Blocks that connections take between two looks whether the reserve is held: their objects in the collector's
    /// heap are a small part of it, and the look is not seen in a request's time.
    /// </summary>
    public const int BlocksPerProbe = 1024;

    /// <summary>
    /// Bytes kept for putting a message together, and for decoding one: a larger one takes memory of its own.
    /// </summary>
    public const int ScratchBytes = 16 * 1024;

    /// <summary>
    /// Messages answered for one connection in one turn: more than Postfix ever sends without waiting (1).
    /// </summary>
    public const int MessagesPerTurn = 64;

    /// <summary>
    /// Bytes of replies that may wait for one client before its next message is looked at. One reply of any size may go
    /// over it.
    /// </summary>
    public const int UnsentReplyBytes = 64 * 1024;

    /// <summary>Bytes of the stacks of the daemon's own threads, which sleep and compare.</summary>
    public const int ThreadStackBytes = 256 * 1024;

    /// <summary>
    /// Bytes of memory that may be locked against swapping: secrets, and requests and replies in flight. What goes over
    /// it is not locked.
    /// </summary>
    public const int LockedMemoryBytes = 64 * 1024 * 1024;

    /// <summary>Connections taken from a listen socket in one turn.</summary>
    public const int AcceptsPerTurn = 64;

    /// <summary>Connections of administrators at a time: a person, and programs that watch.</summary>
    public const int ControlConnections = 8;

    /// <summary>
    /// Seconds without a request after which an administrator's connection gives way to a new one, when there are as
    /// many as there may be: far more than lies between two steps of one command.
    /// </summary>
    public const int ControlIdleSeconds = 1;

    /// <summary>
    /// Messages answered for one administrator in one turn: each may be a step of a long piece of work.
    /// </summary>
    public const int ControlMessagesPerTurn = 1;

    /// <summary>Seconds that an administrator may take to finish a request, or leave its reply unread.</summary>
    public const int ControlTimeoutSeconds = 10;

    /// <summary>
    /// Connections served in one turn, for what they use until their replies are sent: as many as can have news in it.
    /// </summary>
    public const int ConnectionsPerTurn = EventsPerTurn;

    /// <summary>
    /// Blocks of memory that the connections served in one turn may take together before the others have to wait for
    /// the next: 1 MiB. The replies to large lookups must not hold up those to small ones.
    /// </summary>
    public const int BlocksPerTurn = 256;

    /// <summary>Events fetched from the kernel in one turn.</summary>
    public const int EventsPerTurn = 128;

    /// <summary>
    /// Times that the loop looks for the next event before it sleeps, when events come that fast: together about as
    /// long as being woken takes, some 40 microseconds.
    /// </summary>
    public const int LooksBeforeSleep = 100;

    /// <summary>
    /// How often the number of waits until the next look doubles while it is in vain: in the end one in 1,024.
    /// </summary>
    public const int DoublingsInVain = 10;

    /// <summary>
    /// Seconds without accepting after the system ran out of descriptors or memory, unless a client leaves.
    /// </summary>
    public const int ShortageSeconds = 1;

    /// <summary>Seconds between two warnings of one kind that a client or the system could cause without end.</summary>
    public const int RepeatedWarningSeconds = 60;

    /// <summary>Longest text of one log record in bytes, as in Postfix.</summary>
    public const int LogRecordBytes = 2000;

    /// <summary>
    /// Bytes of a faulty request that are quoted in the log: any name of Postfix's fits in, and the name of a ticket
    /// key. What is longer may be a session that stands in the wrong place, and its first hundred bytes hold its key.
    /// </summary>
    public const int QuotedBytes = 32;

    /// <summary>
    /// Warnings of faulty requests that are written in one second, of all clients together: more than a comparison
    /// with the original makes, and some milliseconds of work.
    /// </summary>
    public const int FaultWarningsPerSecond = 1000;

    /// <summary>Milliseconds that one record may wait for a full log socket.</summary>
    public const int LogWaitMilliseconds = 20;

    /// <summary>
    /// Milliseconds that all records together may wait, until <see cref="LogWaitPauseSeconds"/> have passed without:
    /// enough for a burst of records and a reader that comes late.
    /// </summary>
    public const int LogWaitsMilliseconds = 100;

    /// <summary>
    /// Seconds without waiting for the log until it may be waited for again. Of a second, the waits would be a
    /// fiftieth, and seen in the slowest percent of requests; of a minute they are not.
    /// </summary>
    public const int LogWaitPauseSeconds = 60;

    /// <summary>Seconds between two status messages to master, once the first work was reported.</summary>
    public const int StatusReportSeconds = 60;

    /// <summary>
    /// Seconds between a fatal record and the end of the process, as in Postfix: master must not spin.
    /// </summary>
    public const int FatalDelaySeconds = 1;
}
