// request=info -> status, then a text for each fact of the daemon (version, pid …), whether the next process will have
// the ticket keys, and for each configured cache its state, the reason for it, its database and its timeout:
// cache.smtpd.state, cache.smtpd.reason …

using System;
using System.Text;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;
using TlsMgr.Tickets;

namespace TlsMgr.Administration;

/// <summary>Describes what runs.</summary>
internal sealed class InfoRequest(
    DaemonDescription description, SessionCaches caches, TicketKeys keys, RequestFaults faults)
{
    /// <summary>
    /// Any path that the system can open is complete; one from main.cf may be longer, and tlsmgrctl reads 8 KiB.
    /// </summary>
    private const int MaximumTextBytes = 4096;

    internal int Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        foreach ((string name, string text) in description.Facts)
        {
            Write(name, text, reply);
        }

        Write("ticket_keys_kept", keys.Ring.KeepingFault.Length == 0 ? "on" : $"off: {keys.Ring.KeepingFault}", reply);
        Write("pool", keys.Pool?.Name ?? "", reply);
        Write("pool_fault", keys.Pool?.Fault ?? "", reply);
        foreach (byte[] cacheType in description.Caches)
        {
            SessionCache cache = caches.Find(cacheType)!;
            Write($"cache.{cache.Name}.state", CacheStateText.WordFor(cache), reply);
            Write($"cache.{cache.Name}.reason", cache.Condition.Reason, reply);
            Write($"cache.{cache.Name}.database", cache.DatabasePath, reply);
            reply.WriteNumber(Encoding.UTF8.GetBytes($"cache.{cache.Name}.timeout"), cache.TimeoutSeconds);
        }

        reply.WriteEnd();
        return 0;
    }

    private static void Write(string name, string text, AttributeWriter reply) =>
        reply.WriteText(Encoding.UTF8.GetBytes(name), Bound(Encoding.UTF8.GetBytes(PrintableText.Clean(text))));

    /// <summary>Cuts a longer text, between two characters.</summary>
    private static ReadOnlySpan<byte> Bound(ReadOnlySpan<byte> text)
    {
        int length = int.Min(text.Length, MaximumTextBytes);
        while (length < text.Length && length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return text[..length];
    }
}
