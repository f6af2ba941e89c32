// request=flush cache_type=L after=KEY -> status, removed, next: removes some sessions of a cache, whatever their age.
// Who wants all of them goes on with next until it is empty.

using System;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Empties a cache, a step at a time.</summary>
internal sealed class FlushRequest(SessionCaches caches, ScratchMemory decoded, RequestFaults faults)
{
    internal int Serve(ref AttributeReader reader, int messageBytes, AttributeWriter reply)
    {
        if (!reader.TryReadText(ControlWords.CacheType, out ReadOnlySpan<byte> type)
            || !reader.TryReadData(
                ControlWords.After, decoded.Take(Base64Data.DecodedLimit(messageBytes)), out ReadOnlySpan<byte> after))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader) && after.Length <= LightningEnvironment.MaximumKeyBytes)
        {
            if (caches.Find(type) is { IsAvailable: true } cache)
            {
                return Flush(cache, after, reply);
            }
        }

        return HeldReply.WriteNow(RequestStatus.Fault, reply);
    }

    private int Flush(SessionCache cache, ReadOnlySpan<byte> after, AttributeWriter reply)
    {
        CacheAnswer answer = cache.FlushStep(after, out int removed, out ReadOnlySpan<byte> next);

        // Only what is committed is gone. The turn of the clients has ended: there are no changes but these.
        caches.EndTurn();
        if (answer == CacheAnswer.Fault || cache.LastTurnFailed)
        {
            return HeldReply.WriteNow(RequestStatus.Fault, reply);
        }

        reply.WriteNumber(ControlWords.Status, (int)RequestStatus.Ok);
        reply.WriteNumber(ControlWords.Removed, removed);
        reply.WriteData(ControlWords.Next, next);
        reply.WriteEnd();
        return 0;
    }
}
