using System;
using TlsMgr.Sessions;

namespace TlsMgr.Requests;

/// <summary>Decides about lookups that find nothing here.</summary>
internal interface IMissHandler
{
    /// <summary>Returns a deferred reply; 0 when the reply is that there is no session.</summary>
    int OnMiss(SessionCache cache, ReadOnlySpan<byte> id);
}
