using TlsMgr.Postfix.Events;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// Limits of one client, and of the work in one turn of the event loop. A test compares them with docs/limits.md.
/// </summary>
public static class ServerLimits
{
    /// <summary>
    /// Maximum length of a message in bytes. Real messages are below 5,000 bytes; a session of 1 MiB (1.4 MB as base64)
    /// with a cache id of 100 kB must fit.
    /// </summary>
    public const int MessageBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Maximum bytes of a message or a reply that is served while memory is scarce: ten times any real one.
    /// </summary>
    public const int ModestMessageBytes = 64 * 1024;

    /// <summary>Bytes read from one connection in one turn: a large message does not delay other clients.</summary>
    public const int ReadBytesPerTurn = 64 * 1024;

    /// <summary>
    /// Bytes reserved for each connection in addition: its further use of the collector's heap for messages that are
    /// not large.
    /// </summary>
    public const int ConnectionReserveBytes = 4 * 1024;

    /// <summary>
    /// Connections that are allocated together, the first ones at the start, so that they exist when the kernel refuses
    /// memory. Some 1,300 bytes each: one check for memory is sufficient for a batch.
    /// </summary>
    public const int ConnectionBatchSize = 64;

    /// <summary>
    /// Messages served for one connection in one turn: more than Postfix sends without waiting for a reply (1).
    /// </summary>
    public const int MessagesPerTurn = 2;

    /// <summary>
    /// Bytes of unsent replies to one client above which its next message waits. A single reply may exceed it.
    /// </summary>
    public const int UnsentReplyBytes = 64 * 1024;

    /// <summary>Connections accepted from a listen socket in one turn.</summary>
    public const int AcceptsPerTurn = 64;

    /// <summary>
    /// Simultaneous connections of administrators: a person, and monitoring programs. Root has one more.
    /// </summary>
    public const int ControlConnections = 8;

    /// <summary>
    /// Descriptors of the control socket: the socket, the connections, root's, and one that is being refused.
    /// </summary>
    public const int ControlDescriptors = ControlConnections + 3;

    /// <summary>
    /// Seconds without a request after which an administrator's connection is closed for a new one when the maximum is
    /// reached: much longer than the time between two steps of one command.
    /// </summary>
    public const int ControlIdleSeconds = 1;

    /// <summary>
    /// Messages served for one administrator in one turn: each may be a step of a long operation.
    /// </summary>
    public const int ControlMessagesPerTurn = 1;

    /// <summary>Time limit in seconds for an administrator to finish a request, and to read the reply.</summary>
    public const int ControlTimeoutSeconds = 10;

    /// <summary>
    /// Connections served in one turn, which bounds their memory until the replies are sent: as many as can have events
    /// in it.
    /// </summary>
    public const int ConnectionsPerTurn = EventLimits.EventsPerTurn;

    /// <summary>
    /// Connections with more than one request, or with one above <see cref="ModestMessageBytes"/>, served in one turn
    /// after the others: a hundred of them delay another client by some ten microseconds, not by a millisecond.
    /// </summary>
    public const int DemandingPerTurn = 4;

    /// <summary>
    /// Blocks that the connections served in one turn use together before the others wait for the next turn: 1 MiB.
    /// Replies to large lookups do not delay small ones.
    /// </summary>
    public const int BlocksPerTurn = 256;

    /// <summary>
    /// Seconds without accepting after descriptors or memory ran out, unless a client disconnects: no spinning.
    /// </summary>
    public const int ShortageSeconds = 1;
}
