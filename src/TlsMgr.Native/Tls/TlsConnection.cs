using System;
using System.Text;

namespace TlsMgr.Native.Tls;

/// <summary>One connection.</summary>
public sealed unsafe class TlsConnection : IDisposable
{
    private const int WantsRead = 2;
    private const int BothSidesClosed = 3;

    private readonly OpenSslFunctions _functions;
    private readonly nint _connection;
    private readonly nint _incoming;
    private readonly nint _outgoing;

    internal TlsConnection(OpenSslFunctions functions, nint context, TlsSession? session)
    {
        _functions = functions;
        _connection = functions.NewConnection(context);
        _incoming = functions.NewStream(functions.MemoryStreamMethod());
        _outgoing = functions.NewStream(functions.MemoryStreamMethod());
        functions.SetStreams(_connection, _incoming, _outgoing);
        if (session is not null)
        {
            // A copy: OpenSSL marks a session that it was given.
            nint copy = functions.CopySession(session.Handle);
            functions.SetSession(_connection, copy);
            functions.FreeSession(copy);
        }
    }

    /// <summary>Whether the handshake resumed the session.</summary>
    public bool IsReused => _functions.IsReused(_connection) == 1;

    /// <summary>Goes on with the handshake.</summary>
    public TlsStep Handshake() => StepOf(_functions.Connect(_connection));

    /// <summary>Encrypts data.</summary>
    public TlsStep Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return StepOf(_functions.Write(_connection, bytes, data.Length));
        }
    }

    /// <summary>Decrypts data, and takes tickets.</summary>
    public TlsStep Read(Span<byte> data, out int count)
    {
        fixed (byte* bytes = data)
        {
            count = _functions.Read(_connection, bytes, data.Length);
        }

        TlsStep step = StepOf(count);
        count = int.Max(count, 0);
        return step;
    }

    /// <summary>Takes bytes of the other side.</summary>
    public void Receive(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            _functions.WriteStream(_incoming, bytes, data.Length);
        }
    }

    /// <summary>Returns how many bytes for the other side are in a buffer now.</summary>
    public int Send(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return int.Max(_functions.ReadStream(_outgoing, bytes, buffer.Length), 0);
        }
    }

    /// <summary>The session with its ticket; null when the server gave none.</summary>
    public TlsSession? TakeSession()
    {
        nint session = _functions.GetSession(_connection);
        if (session != 0 && _functions.HasTicket(session) == 1)
        {
            return new TlsSession(_functions, session);
        }

        if (session != 0)
        {
            _functions.FreeSession(session);
        }

        return null;
    }

    /// <summary>Why the last step failed, in OpenSSL's words.</summary>
    public string TakeError()
    {
        nuint first = _functions.NextError();
        while (first != 0 && _functions.NextError() != 0)
        {
            // Further errors are consequences of the first.
        }

        byte* text = first == 0 ? null : _functions.DescribeError(first);
        return text == null ? "the connection was closed" : Encoding.ASCII.GetString(ToSpan(text));
    }

    /// <summary>Ends the connection; a session of it stays usable.</summary>
    public void Dispose()
    {
        _functions.SetShutdown(_connection, BothSidesClosed);
        _functions.FreeConnection(_connection);
    }

    private static ReadOnlySpan<byte> ToSpan(byte* text) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);

    private TlsStep StepOf(int result) => result > 0 ? TlsStep.Done
        : _functions.GetError(_connection, result) == WantsRead ? TlsStep.NeedsBytes
        : TlsStep.Failed;
}
