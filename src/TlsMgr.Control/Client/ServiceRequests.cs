// The requests of the tlsmgr protocol that change nothing, and their replies. Invariant: the content of a session and a
// ticket key stay in this file.

using System;
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests;
using TlsMgr.Requests.Common;

namespace TlsMgr.Control.Client;

/// <summary>Sends requests to the service socket, and reads the replies as strictly as a client of Postfix.</summary>
internal static class ServiceRequests
{
    /// <summary>An id that no client makes, and whose lookups are not counted in the statistics of a cache.</summary>
    internal static ReadOnlySpan<byte> BenchmarkId => WireWords.BenchmarkId;

    /// <summary>Requests random bytes.</summary>
    /// <exception cref="NoReplyException">The reply is malformed, or has another number of bytes.</exception>
    internal static SeedReply Seed(ServiceConnection connection, int size)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Seed);
        writer.WriteNumber(WireWords.Size, size);
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        int status = reader.ReadStatus();
        byte[] seed = reader.ReadData(WireWords.Seed);
        reader.ReadEnd();

        // With another status, Postfix's tlsmgr up to 3.11 sends what its buffer held before.
        return status != 0 ? new SeedReply(status, [])
            : seed.Length == size ? new SeedReply(status, seed)
            : throw reader.Malformed($"{seed.Length} bytes instead of {size}");
    }

    /// <summary>Requests the policy of a cache.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static PolicyReply Policy(ServiceConnection connection, string cacheType)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Policy);
        writer.WriteText(WireWords.CacheType, Encoding.UTF8.GetBytes(cacheType));
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        PolicyReply policy = new(
            reader.ReadStatus(), reader.ReadNumber(WireWords.Cachable) != 0, reader.ReadNumber(WireWords.Timeout));
        reader.ReadEnd();
        return policy;
    }

    /// <summary>Looks a session up.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static LookupReply Lookup(ServiceConnection connection, string cacheType, ReadOnlySpan<byte> cacheId)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Lookup);
        writer.WriteText(WireWords.CacheType, Encoding.UTF8.GetBytes(cacheType));
        writer.WriteText(WireWords.CacheId, cacheId);
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        int status = reader.ReadStatus();
        int sessionBytes = reader.ReadData(WireWords.Session).Length;
        reader.ReadEnd();

        // Without a session, Postfix's tlsmgr up to 3.11 can send what its buffer held before.
        return new LookupReply(status, status == 0 ? sessionBytes : 0);
    }

    /// <summary>
    /// Requests the ticket key in force, as smtpd(8) does when it issues a ticket: the daemon makes one when it has
    /// none. Returns whether there is one; the key itself is erased.
    /// </summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static bool HasTicketKey(ServiceConnection connection)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.TicketKey);
        writer.WriteData(WireWords.KeyName, []);
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        int status = reader.ReadStatus();
        byte[] key = reader.ReadData(WireWords.KeyBuffer);
        CryptographicOperations.ZeroMemory(key);
        reader.ReadEnd();
        return status == 0 && key.Length > 0;
    }

    private static AttributeWriter Begin(ArrayBufferWriter<byte> request, ReadOnlySpan<byte> name)
    {
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, name);
        return writer;
    }
}
