using System;
using System.Buffers;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// Serves requests: the boundary between connections, which handle frames and descriptors, and the requests. All calls
/// are made on the thread of the event loop; none may wait or throw.
/// </summary>
public interface IRequestService
{
    /// <summary>Writes the greeting of a server of this Postfix release; some releases have none.</summary>
    void WriteGreeting(IBufferWriter<byte> output);

    /// <summary>Serves one message.</summary>
    /// <param name="message">
    /// One message with its terminator, or its received part when the stream ended before the terminator.
    /// </param>
    /// <param name="reply">Receives the reply. Some requests have none.</param>
    /// <returns>
    /// 0 when the reply is written. Otherwise the reply depends on work that the end of this turn completes: the value
    /// identifies the deferred reply for a call of <see cref="WriteDeferredReply"/> after <see cref="EndTurn"/>.
    /// </returns>
    int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply);

    /// <summary>
    /// Completes the common work of the requests of this turn, on which deferred replies depend.
    /// </summary>
    void EndTurn();

    /// <summary>Writes a deferred reply, unless it depends on work that is not complete yet.</summary>
    /// <param name="deferred">The value that <see cref="Serve"/> returned.</param>
    /// <param name="reply">Receives the reply.</param>
    /// <returns>Whether it is written; if not, the call is repeated after the end of the next turn.</returns>
    bool WriteDeferredReply(int deferred, IBufferWriter<byte> reply);

    /// <summary>
    /// Called when a deferred reply was not written: holds it until an event instead of the end of the next turn.
    /// </summary>
    /// <param name="deferred">The value that <see cref="Serve"/> returned.</param>
    /// <param name="hold">The connection, which the service wakes.</param>
    void Hold(int deferred, ReplyHold hold)
    {
    }

    /// <summary>Called when a client disconnected whose reply is still deferred.</summary>
    /// <param name="deferred">The value that <see cref="Serve"/> returned.</param>
    void GiveUp(int deferred)
    {
    }
}
