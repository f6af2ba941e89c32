using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Client;

/// <summary>
/// A non-blocking byte stream to tlsmgr. Each call returns zero or more, or the negative of an <see cref="Errno"/>.
/// </summary>
internal interface IServiceTransport : IDisposable
{
    /// <summary>Sends as many bytes as fit; returns their number.</summary>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Receives the bytes that have arrived; returns their number, 0 at the end of the stream.</summary>
    int Receive(Span<byte> buffer);

    /// <summary>Waits until bytes can be sent; returns 0 after the timeout.</summary>
    int WaitForWriting(int timeoutMilliseconds);

    /// <summary>Waits until bytes have arrived; returns 0 after the timeout.</summary>
    int WaitForReading(int timeoutMilliseconds);
}
