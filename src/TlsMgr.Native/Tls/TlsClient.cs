// A client for tests of resumption. Certificates are not verified, and any cipher is accepted: nothing but a ticket is
// wanted. OpenSSL reads and writes memory; the caller moves the bytes, and so bounds the time.

using System;

namespace TlsMgr.Native.Tls;

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
