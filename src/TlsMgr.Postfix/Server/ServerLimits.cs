// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

using TlsMgr.Postfix.Events;

namespace TlsMgr.Postfix.Server;

/// <summary>What one client may use, and how much is served in one turn of the event loop.</summary>
public static class ServerLimits
{
    /// <summary>
    /// Longest message, in bytes. Real ones stay below 5,000; a session of 1 MiB (1.4 MB as base64) under a cache id of
    /// 100 kB must work.
    /// </summary>
    public const int MessageBytes = 2 * 1024 * 1024;

    /// <summary>Bytes of a message or a reply that is served though memory is scarce: ten times any real one.</summary>
    public const int ModestMessageBytes = 64 * 1024;

    /// <summary>Bytes read from one connection in one turn: a large message must not hold up the others.</summary>
    public const int ReadBytesPerTurn = 64 * 1024;

    /// <summary>
    /// Bytes held besides for each connection: what it may still come to need of the collector's heap for messages that
    /// are not large.
    /// </summary>
    public const int ConnectionReserveBytes = 4 * 1024;

    /// <summary>
    /// Connections that are made together, the first at the start: those are there when the kernel gives no memory. Of
    /// some 1,300 bytes each, so that one look whether there is memory is enough for them.
    /// </summary>
    public const int ConnectionBatchSize = 64;

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
    public const int ConnectionsPerTurn = EventLimits.EventsPerTurn;

    /// <summary>
    /// Blocks of memory that the connections served in one turn may take together before the others have to wait for
    /// the next: 1 MiB. The replies to large lookups must not hold up those to small ones.
    /// </summary>
    public const int BlocksPerTurn = 256;

    /// <summary>
    /// Seconds without accepting after the system ran out of descriptors or memory, unless a client leaves.
    /// </summary>
    public const int ShortageSeconds = 1;
}
