// Replies of requests that change a cache. The commit at the end of the turn decides whether the change is kept, so the
// reply is deferred until then, as one number: the index of the cache plus 1. The reply is then 0 or a fault. While the
// file of the cache is examined, the number is that of a change that is held, and the reply may take further turns.

using TlsMgr.Postfix.Protocol;
using TlsMgr.Sessions;

namespace TlsMgr.Requests.Common;

/// <summary>Replies that consist of a status alone, written at once or at the end of the turn.</summary>
internal static class DeferredReply
{
    private const int NotDeferred = 0;

    /// <summary>The first number of a reply to a change that is held.</summary>
    internal const int FirstHeld = 1 << 16;

    /// <summary>Replies to a change: at once when nothing was changed, otherwise at the end of the turn.</summary>
    /// <returns>A deferred reply for <see cref="Write"/>; 0 when the reply is written.</returns>
    internal static int For(SessionCache cache, CacheResult result, AttributeWriter reply) => result switch
    {
        CacheResult.Done => cache.Index + 1,
        CacheResult.Held => FirstHeld + (cache.Index * CacheLimits.HeldChanges) + cache.Held!.Last,
        _ => WriteNow(RequestStatuses.Of(result), reply),
    };

    /// <summary>Writes a deferred reply after the turn's commit; false when a held change is not made yet.</summary>
    internal static bool Write(int deferred, SessionCaches caches, AttributeWriter reply)
    {
        if (deferred >= FirstHeld)
        {
            return WriteHeld(deferred - FirstHeld, caches, reply);
        }

        SessionCache cache = caches[deferred - 1];
        WriteNow(cache.LastTurnFailed ? RequestStatus.Fault : RequestStatus.Ok, reply);
        return true;
    }

    private static bool WriteHeld(int held, SessionCaches caches, AttributeWriter reply)
    {
        (int index, int number) = int.DivRem(held, CacheLimits.HeldChanges);
        CacheResult result = caches[index].Held!.FindResult(number);
        if (result == CacheResult.Held)
        {
            return false;
        }

        WriteNow(RequestStatuses.Of(result), reply);
        return true;
    }

    /// <summary>Writes a reply at once.</summary>
    /// <returns>0: the reply is not deferred.</returns>
    internal static int WriteNow(RequestStatus status, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteEnd();
        return NotDeferred;
    }
}
