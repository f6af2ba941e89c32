// Replies of requests that change a cache. Whether the change holds is known at the end of the turn, so the reply is
// held back until then as one number: the cache's place and what the reply will be if the change holds.

using TlsMgr.Postfix.Protocol;
using TlsMgr.Sessions;

namespace TlsMgr.Serving;

/// <summary>Replies with nothing but a status, now or at the end of the turn.</summary>
internal static class DeferredReply
{
    private const int NotHeld = 0;

    /// <summary>Replies to a change: at once when nothing was changed, else at the end of the turn.</summary>
    internal static int For(SessionCache cache, CacheAnswer answer, AttributeWriter reply) =>
        answer == CacheAnswer.Done ? cache.Index + 1 : WriteNow(RequestStatuses.Of(answer), reply);

    /// <summary>Writes the reply that was held back.</summary>
    internal static void Write(int held, SessionCaches caches, AttributeWriter reply)
    {
        SessionCache cache = caches[held - 1];
        WriteNow(cache.LastTurnFailed ? RequestStatus.Fault : RequestStatus.Ok, reply);
    }

    /// <summary>Writes a reply at once.</summary>
    internal static int WriteNow(RequestStatus status, AttributeWriter reply)
    {
        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteEnd();
        return NotHeld;
    }
}
