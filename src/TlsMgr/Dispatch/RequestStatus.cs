using TlsMgr.Sessions;

namespace TlsMgr.Dispatch;

/// <summary>The status that every reply begins with, by its number on the wire.</summary>
internal enum RequestStatus
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Not found, or not done.</summary>
    Error = -1,

    /// <summary>The request is faulty, or the requested function is disabled or failed.</summary>
    Fault = -2,
}

/// <summary>Maps results of a cache to statuses on the wire.</summary>
internal static class RequestStatuses
{
    internal static RequestStatus Of(CacheResult result) => result switch
    {
        CacheResult.Done => RequestStatus.Ok,
        CacheResult.NotFound => RequestStatus.Error,
        _ => RequestStatus.Fault,
    };

    /// <summary>The status of a list or a flush of a cache that is not ready, or does not exist.</summary>
    internal static RequestStatus OfUnready(SessionCache? cache) =>
        cache is { IsBeingExamined: true } ? RequestStatus.Error : RequestStatus.Fault;
}
