using System;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Without sharing: what is not found here is nowhere.</summary>
internal readonly struct NoPool : IMissHandler
{
    /// <inheritdoc/>
    public int OnMiss(SessionCache cache, ReadOnlySpan<byte> id) => 0;
}
