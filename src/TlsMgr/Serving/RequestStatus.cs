// The status that every reply begins with.

using TlsMgr.Sessions;

namespace TlsMgr.Serving;

/// <summary>The outcome of a request, by its number on the wire.</summary>
internal enum RequestStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Not found, or not done.</summary>
    Error = -1,

    /// <summary>The request is faulty, or what it asks for is not enabled or does not work.</summary>
    Fault = -2,
}

/// <summary>Says an answer of a cache in words of the wire.</summary>
internal static class RequestStatuses
{
    internal static RequestStatus Of(CacheAnswer answer) => answer switch
    {
        CacheAnswer.Done => RequestStatus.Ok,
        CacheAnswer.NotFound => RequestStatus.Error,
        _ => RequestStatus.Fault,
    };
}
