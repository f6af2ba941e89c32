using System;

namespace TlsMgr.Requests.Common;

/// <summary>The first attribute of requests and of replies, on the service socket and on the control socket.</summary>
internal static class CommonWords
{
    /// <summary>The first attribute of every request: its name.</summary>
    internal static ReadOnlySpan<byte> Request => "request"u8;

    /// <summary>The first attribute of every reply: <see cref="RequestStatus"/>.</summary>
    internal static ReadOnlySpan<byte> Status => "status"u8;
}
