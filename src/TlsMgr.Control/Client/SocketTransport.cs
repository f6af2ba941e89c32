using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Client;

/// <summary>The byte stream of a connected socket.</summary>
/// <param name="socket">A connected, non-blocking socket; closed by <see cref="Dispose"/>.</param>
internal sealed class SocketTransport(int socket) : IServiceTransport
{
    /// <inheritdoc/>
    public int Send(ReadOnlySpan<byte> bytes) => UnixSocket.Send(socket, bytes);

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer) => UnixSocket.Receive(socket, buffer);

    /// <inheritdoc/>
    public int WaitForWriting(int timeoutMilliseconds) => PollWait.ForWriting(socket, timeoutMilliseconds);

    /// <inheritdoc/>
    public int WaitForReading(int timeoutMilliseconds) => PollWait.ForReading(socket, timeoutMilliseconds);

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(socket);
}
