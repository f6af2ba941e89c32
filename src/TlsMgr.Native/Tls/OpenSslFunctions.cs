// The functions of libssl that a client needs, found in the library at run time: no program here depends on OpenSSL.
// Their signatures are the same in 1.1.1 and 3.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Tls;

/// <summary>libssl and libcrypto of this system.</summary>
internal sealed unsafe class OpenSslFunctions
{
    private static readonly (string Ssl, string Crypto)[] Libraries =
    [
        ("libssl.so.3", "libcrypto.so.3"), ("libssl.so.1.1", "libcrypto.so.1.1"), ("libssl.so.4", "libcrypto.so.4"),
    ];

    private OpenSslFunctions(nint ssl, nint crypto)
    {
        ClientMethod = (delegate* unmanaged<nint>)NativeLibrary.GetExport(ssl, "TLS_client_method");
        NewContext = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_CTX_new");
        FreeContext = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_CTX_free");
        ControlContext = (delegate* unmanaged<nint, int, long, nint, long>)NativeLibrary.GetExport(
            ssl, "SSL_CTX_ctrl");
        SetCiphers = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_set_cipher_list");
        NewConnection = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_new");
        FreeConnection = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_free");
        SetStreams = (delegate* unmanaged<nint, nint, nint, void>)NativeLibrary.GetExport(ssl, "SSL_set_bio");
        Connect = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_connect");
        Read = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_read");
        Write = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_write");
        GetError = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(ssl, "SSL_get_error");
        SetShutdown = (delegate* unmanaged<nint, int, void>)NativeLibrary.GetExport(ssl, "SSL_set_shutdown");
        IsReused = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_session_reused");
        GetSession = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_get1_session");
        SetSession = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(ssl, "SSL_set_session");
        HasTicket = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_SESSION_has_ticket");
        CopySession = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_SESSION_dup");
        FreeSession = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_SESSION_free");
        NewStream = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(crypto, "BIO_new");
        MemoryStreamMethod = (delegate* unmanaged<nint>)NativeLibrary.GetExport(crypto, "BIO_s_mem");
        ReadStream = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(crypto, "BIO_read");
        WriteStream = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(crypto, "BIO_write");
        NextError = (delegate* unmanaged<nuint>)NativeLibrary.GetExport(crypto, "ERR_get_error");
        DescribeError = (delegate* unmanaged<nuint, byte*>)NativeLibrary.GetExport(
            crypto, "ERR_reason_error_string");
    }

    internal readonly delegate* unmanaged<nint> ClientMethod;
    internal readonly delegate* unmanaged<nint, nint> NewContext;
    internal readonly delegate* unmanaged<nint, void> FreeContext;
    internal readonly delegate* unmanaged<nint, int, long, nint, long> ControlContext;
    internal readonly delegate* unmanaged<nint, byte*, int> SetCiphers;
    internal readonly delegate* unmanaged<nint, nint> NewConnection;
    internal readonly delegate* unmanaged<nint, void> FreeConnection;
    internal readonly delegate* unmanaged<nint, nint, nint, void> SetStreams;
    internal readonly delegate* unmanaged<nint, int> Connect;
    internal readonly delegate* unmanaged<nint, byte*, int, int> Read;
    internal readonly delegate* unmanaged<nint, byte*, int, int> Write;
    internal readonly delegate* unmanaged<nint, int, int> GetError;
    internal readonly delegate* unmanaged<nint, int, void> SetShutdown;
    internal readonly delegate* unmanaged<nint, int> IsReused;
    internal readonly delegate* unmanaged<nint, nint> GetSession;
    internal readonly delegate* unmanaged<nint, nint, int> SetSession;
    internal readonly delegate* unmanaged<nint, int> HasTicket;
    internal readonly delegate* unmanaged<nint, nint> CopySession;
    internal readonly delegate* unmanaged<nint, void> FreeSession;
    internal readonly delegate* unmanaged<nint, nint> NewStream;
    internal readonly delegate* unmanaged<nint> MemoryStreamMethod;
    internal readonly delegate* unmanaged<nint, byte*, int, int> ReadStream;
    internal readonly delegate* unmanaged<nint, byte*, int, int> WriteStream;
    internal readonly delegate* unmanaged<nuint> NextError;
    internal readonly delegate* unmanaged<nuint, byte*> DescribeError;

    /// <summary>Loads the library; null where there is none.</summary>
    internal static OpenSslFunctions? Load()
    {
        foreach ((string ssl, string crypto) in Libraries)
        {
            if (NativeLibrary.TryLoad(ssl, out nint sslLibrary)
                && NativeLibrary.TryLoad(crypto, out nint cryptoLibrary))
            {
                return new OpenSslFunctions(sslLibrary, cryptoLibrary);
            }
        }

        return null;
    }
}
