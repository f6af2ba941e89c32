// The requests of the control protocol and their replies, as TlsMgr.Administration has them on the daemon's side.

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using TlsMgr.Administration;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Serving;

namespace TlsMgr.Control.Client;

/// <summary>One session as a list shows it.</summary>
/// <param name="Id">Its cache id.</param>
/// <param name="SizeBytes">The size of the session.</param>
/// <param name="StoredSeconds">When it was stored, since 1970.</param>
/// <param name="LeftSeconds">For how long it can be found.</param>
internal sealed record ListedSession(byte[] Id, long SizeBytes, long StoredSeconds, long LeftSeconds);

/// <summary>One ticket key as it may be shown.</summary>
/// <param name="Name">Its name, in hexadecimal.</param>
/// <param name="State">Whether it is the current or the previous one.</param>
/// <param name="EncryptSeconds">For how long it encrypts.</param>
/// <param name="DecryptSeconds">For how long it decrypts.</param>
internal sealed record ListedKey(string Name, string State, long EncryptSeconds, long DecryptSeconds);

/// <summary>Asks, and reads the reply strictly.</summary>
internal static class ControlRequests
{
    /// <summary>All figures with their names, in the daemon's order.</summary>
    internal static List<KeyValuePair<string, long>> Stats(ServiceConnection connection)
    {
        ReadOnlySpan<byte> reply = connection.Ask(Request(ControlWords.Stats));
        AttributeReader reader = new(reply);
        if (ReadStatus(ref reader, connection) != 0)
        {
            throw new NoAnswerException("the daemon refuses to tell its statistics");
        }

        // The names are not known here: a newer daemon may count more.
        List<KeyValuePair<string, long>> figures = [];
        string[] texts = Encoding.UTF8.GetString(reply[..^1]).Split('\0');
        for (int i = 2; i + 1 < texts.Length; i += 2)
        {
            figures.Add(new(texts[i], Number(Encoding.UTF8.GetBytes(texts[i + 1]), connection)));
        }

        return figures;
    }

    /// <summary>A page of what a cache holds; null when it is off.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="limit">How many sessions at most.</param>
    /// <param name="place">Where to begin, empty at first; becomes where to go on, empty at the end.</param>
    internal static List<ListedSession>? List(
        ServiceConnection connection, string cache, int limit, ref byte[] place)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.List, cache);
        writer.WriteData(ControlWords.After, place);
        writer.WriteNumber(ControlWords.Limit, limit);
        writer.WriteEnd();
        ReadOnlySpan<byte> reply = connection.Ask(request.WrittenSpan);
        AttributeReader reader = new(reply);
        if (ReadStatus(ref reader, connection) != 0)
        {
            return null;
        }

        List<ListedSession> sessions = [];
        while (reader.TryReadText(ControlWords.Id, out ReadOnlySpan<byte> id))
        {
            sessions.Add(new ListedSession(
                id.ToArray(), ReadNumber(ref reader, ControlWords.Size, connection),
                ReadNumber(ref reader, ControlWords.Stored, connection),
                ReadNumber(ref reader, ControlWords.Left, connection)));
        }

        place = ReadPlace(ref reader, reply.Length, connection);
        return sessions;
    }

    /// <summary>Forgets a session; answers the status.</summary>
    internal static int Delete(ServiceConnection connection, string cache, ReadOnlySpan<byte> id)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.Delete, cache);
        writer.WriteText(ControlWords.CacheId, id);
        writer.WriteEnd();
        AttributeReader reader = new(connection.Ask(request.WrittenSpan));
        return ReadStatus(ref reader, connection);
    }

    /// <summary>Forgets some sessions; answers how many, or -1 when that was not possible.</summary>
    internal static long Flush(ServiceConnection connection, string cache, ref byte[] place)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.Flush, cache);
        writer.WriteData(ControlWords.After, place);
        writer.WriteEnd();
        ReadOnlySpan<byte> reply = connection.Ask(request.WrittenSpan);
        AttributeReader reader = new(reply);
        if (ReadStatus(ref reader, connection) != 0)
        {
            return -1;
        }

        long removed = ReadNumber(ref reader, ControlWords.Removed, connection);
        place = ReadPlace(ref reader, reply.Length, connection);
        return removed;
    }

    /// <summary>The ticket keys; null when the daemon refuses.</summary>
    internal static List<ListedKey>? Keys(ServiceConnection connection)
    {
        AttributeReader reader = new(connection.Ask(Request(ControlWords.Keys)));
        if (ReadStatus(ref reader, connection) != 0)
        {
            return null;
        }

        List<ListedKey> keys = [];
        while (reader.TryReadText(ControlWords.Name, out ReadOnlySpan<byte> name))
        {
            string state = reader.TryReadText(ControlWords.State, out ReadOnlySpan<byte> text)
                ? Encoding.UTF8.GetString(text)
                : throw connection.Malformed(reader.Fault);
            keys.Add(new ListedKey(
                Encoding.UTF8.GetString(name), state, ReadNumber(ref reader, ControlWords.Encrypts, connection),
                ReadNumber(ref reader, ControlWords.Decrypts, connection)));
        }

        return keys;
    }

    /// <summary>Has a new ticket key made; answers the status.</summary>
    internal static int Rotate(ServiceConnection connection)
    {
        AttributeReader reader = new(connection.Ask(Request(ControlWords.Rotate)));
        return ReadStatus(ref reader, connection);
    }

    private static ReadOnlySpan<byte> Request(ReadOnlySpan<byte> name)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, name);
        writer.WriteEnd();
        return request.WrittenSpan;
    }

    private static AttributeWriter Begin(ArrayBufferWriter<byte> request, ReadOnlySpan<byte> name, string cache)
    {
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, name);
        writer.WriteText(ControlWords.CacheType, Encoding.UTF8.GetBytes(cache));
        return writer;
    }

    private static int ReadStatus(ref AttributeReader reader, ServiceConnection connection) =>
        reader.TryReadNumber(CommonWords.Status, out uint status)
            ? unchecked((int)status)
            : throw connection.Malformed(reader.Fault);

    private static long ReadNumber(
        ref AttributeReader reader, ReadOnlySpan<byte> name, ServiceConnection connection) =>
        reader.TryReadText(name, out ReadOnlySpan<byte> text)
            ? Number(text, connection)
            : throw connection.Malformed(reader.Fault);

    private static long Number(ReadOnlySpan<byte> text, ServiceConnection connection) =>
        Utf8Parser.TryParse(text, out long number, out int length) && length == text.Length
            ? number
            : throw connection.Malformed(new AttributeFault(AttributeFaultKind.MalformedNumber, text));

    private static byte[] ReadPlace(ref AttributeReader reader, int replyBytes, ServiceConnection connection)
    {
        byte[] room = new byte[Base64Data.DecodedLimit(replyBytes)];
        return reader.TryReadData(ControlWords.Next, room, out ReadOnlySpan<byte> place)
            ? place.ToArray()
            : throw connection.Malformed(reader.Fault);
    }
}
