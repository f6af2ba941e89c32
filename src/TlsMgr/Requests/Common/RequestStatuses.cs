using TlsMgr.Sessions;

namespace TlsMgr.Requests.Common;

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
