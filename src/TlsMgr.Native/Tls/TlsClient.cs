// A client for tests of resumption. Certificates are not verified, and any cipher is accepted: nothing but a ticket is
// wanted. OpenSSL reads and writes memory; the caller moves the bytes, and so bounds the time.

using System;
using System.Text;

namespace TlsMgr.Native.Tls;

/// <summary>A version of TLS, by its number in the protocol.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2.</summary>
    Tls12 = 0x303,

    /// <summary>TLS 1.3.</summary>
    Tls13 = 0x304,
}

/// <summary>What a step of a connection needs before it can go on.</summary>
public enum TlsStep
{
    /// <summary>The step is done.</summary>
    Done,

    /// <summary>More bytes of the other side.</summary>
    NeedsBytes,

    /// <summary>Nothing helps.</summary>
    Failed,
}

/// <summary>Makes connections of one version of TLS.</summary>
public sealed unsafe class TlsClient : IDisposable
{
    private const int SetMinimumVersion = 123;
    private const int SetMaximumVersion = 124;

    private readonly OpenSslFunctions _functions;
    private readonly nint _context;

    private TlsClient(OpenSslFunctions functions, nint context)
    {
        _functions = functions;
        _context = context;
    }

    /// <summary>Loads the system's OpenSSL.</summary>
    /// <param name="version">The only version that is offered.</param>
    /// <returns>The client; null where there is no OpenSSL, or it does not have the version.</returns>
    public static TlsClient? Create(TlsVersion version)
    {
        if (OpenSslFunctions.Load() is not { } functions)
        {
            return null;
        }

        TlsClient client = new(functions, functions.NewContext(functions.ClientMethod()));
        bool isSet = functions.ControlContext(client._context, SetMinimumVersion, (long)version, 0) == 1
            && functions.ControlContext(client._context, SetMaximumVersion, (long)version, 0) == 1;
        fixed (byte* ciphers = "DEFAULT:@SECLEVEL=0\0"u8)
        {
            isSet = isSet && functions.SetCiphers(client._context, ciphers) == 1;
        }

        if (isSet)
        {
            return client;
        }

        client.Dispose();
        return null;
    }

    /// <summary>Begins a connection.</summary>
    /// <param name="session">A session to resume; null for none. It stays the caller's.</param>
    public TlsConnection Connect(TlsSession? session) => new(_functions, _context, session);

    /// <inheritdoc/>
    public void Dispose() => _functions.FreeContext(_context);
}

/// <summary>A session that can be offered again.</summary>
public sealed unsafe class TlsSession : IDisposable
{
    private readonly OpenSslFunctions _functions;

    internal TlsSession(OpenSslFunctions functions, nint handle)
    {
        _functions = functions;
        Handle = handle;
    }

    internal nint Handle { get; }

    /// <inheritdoc/>
    public void Dispose() => _functions.FreeSession(Handle);
}

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
