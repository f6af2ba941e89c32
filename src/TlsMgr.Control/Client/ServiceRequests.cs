// The requests of the tlsmgr protocol that change nothing, and their replies. Must never hand out a session.

using System;
using System.Buffers;
using System.Text;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests;
using TlsMgr.Serving;

namespace TlsMgr.Control.Client;

/// <summary>The reply to seed.</summary>
/// <param name="Status">0 for yes, -2 for refused.</param>
/// <param name="Seed">The bytes; empty when refused.</param>
internal sealed record SeedReply(int Status, byte[] Seed);

/// <summary>The reply to policy.</summary>
/// <param name="Status">0, or -2 for refused.</param>
/// <param name="IsCachable">Whether the cache is there.</param>
/// <param name="TimeoutSeconds">Its timeout.</param>
internal sealed record PolicyReply(int Status, bool IsCachable, int TimeoutSeconds);

/// <summary>The reply to lookup.</summary>
/// <param name="Status">0 for found, -1 for not found, -2 for no such cache.</param>
/// <param name="SessionBytes">The size of the session that was found.</param>
internal sealed record LookupReply(int Status, int SessionBytes);

/// <summary>Asks, and reads the reply as strictly as a client of Postfix does.</summary>
internal static class ServiceRequests
{
    internal static SeedReply Seed(ServiceConnection connection, int size)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Seed);
        writer.WriteNumber(WireWords.Size, size);
        writer.WriteEnd();
        ReadOnlySpan<byte> message = connection.Ask(request.WrittenSpan);
        AttributeReader reader = new(message);
        byte[] room = new byte[Base64Data.DecodedLimit(message.Length)];
        return reader.TryReadNumber(CommonWords.Status, out uint status)
            && reader.TryReadData(WireWords.Seed, room, out ReadOnlySpan<byte> seed) && reader.TryReadEnd()
            ? new SeedReply(unchecked((int)status), seed.ToArray())
            : throw connection.Malformed(reader.Fault);
    }

    internal static PolicyReply Policy(ServiceConnection connection, string cacheType)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Policy);
        writer.WriteText(WireWords.CacheType, Encoding.UTF8.GetBytes(cacheType));
        writer.WriteEnd();
        AttributeReader reader = new(connection.Ask(request.WrittenSpan));
        return reader.TryReadNumber(CommonWords.Status, out uint status)
            && reader.TryReadNumber(WireWords.Cachable, out uint cachable)
            && reader.TryReadNumber(WireWords.Timeout, out uint timeoutSeconds) && reader.TryReadEnd()
            ? new PolicyReply(unchecked((int)status), cachable != 0, (int)timeoutSeconds)
            : throw connection.Malformed(reader.Fault);
    }

    internal static LookupReply Lookup(ServiceConnection connection, string cacheType, ReadOnlySpan<byte> cacheId)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, WireWords.Lookup);
        writer.WriteText(WireWords.CacheType, Encoding.UTF8.GetBytes(cacheType));
        writer.WriteText(WireWords.CacheId, cacheId);
        writer.WriteEnd();
        ReadOnlySpan<byte> message = connection.Ask(request.WrittenSpan);
        AttributeReader reader = new(message);
        byte[] room = new byte[Base64Data.DecodedLimit(message.Length)];
        return reader.TryReadNumber(CommonWords.Status, out uint status)
            && reader.TryReadData(WireWords.Session, room, out ReadOnlySpan<byte> session) && reader.TryReadEnd()
            ? new LookupReply(unchecked((int)status), session.Length)
            : throw connection.Malformed(reader.Fault);
    }

    private static AttributeWriter Begin(ArrayBufferWriter<byte> request, ReadOnlySpan<byte> name)
    {
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, name);
        return writer;
    }
}
