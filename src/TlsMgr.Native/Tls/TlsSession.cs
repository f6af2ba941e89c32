using System;

namespace TlsMgr.Native.Tls;

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
