// What the connections need of the daemon that answers. The connections know frames and descriptors, the service knows
// requests; this is all they know of each other.

using System;
using System.Buffers;

namespace TlsMgr.Postfix.Server;

/// <summary>Answers requests. All calls come from the thread of the event loop; none may wait or throw.</summary>
public interface IRequestService
{
    /// <summary>Writes what a server of this Postfix version says first on a connection; perhaps nothing.</summary>
    void WriteGreeting(IBufferWriter<byte> output);

    /// <summary>Serves one message.</summary>
    /// <param name="message">One message with its terminator; or what there was of it when the stream ended.</param>
    /// <param name="reply">Takes the reply. Some requests have none.</param>
    /// <returns>
    /// 0 when the reply is written. Otherwise a value that the service understands: the reply depends on work that ends
    /// with this turn, and <see cref="WriteDeferredReply"/> must be asked for it after <see cref="EndTurn"/>.
    /// </returns>
    int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply);

    /// <summary>
    /// Ends the work that the requests of this turn have in common, so that held replies can be told.
    /// </summary>
    void EndTurn();

    /// <summary>Writes a reply that was held back.</summary>
    /// <param name="deferred">What <see cref="Serve"/> returned.</param>
    /// <param name="reply">Takes the reply.</param>
    void WriteDeferredReply(int deferred, IBufferWriter<byte> reply);
}
