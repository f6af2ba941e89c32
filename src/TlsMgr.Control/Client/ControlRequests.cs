// The requests of the control protocol and their replies; TlsMgr.Administration is the daemon's side of both.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using TlsMgr.Administration;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;

namespace TlsMgr.Control.Client;

/// <summary>Sends requests to the control socket and reads the replies.</summary>
internal static class ControlRequests
{
    /// <summary>Requests all figures, with their names in the daemon's order.</summary>
    /// <exception cref="NoReplyException">The daemon refuses, or its reply is malformed.</exception>
    internal static List<KeyValuePair<string, long>> Stats(ServiceConnection connection)
    {
        ReplyReader reader = connection.Call(Request(ControlWords.Stats));
        return reader.ReadStatus() == 0
            ? StatsReply.Read(ref reader)
            : throw new NoReplyException("the daemon refuses to show its statistics");
    }

    /// <summary>Requests what the daemon reports of itself.</summary>
    /// <returns>The report; <see cref="InfoReply.Older"/> when the daemon does not know the request.</returns>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static InfoReply Info(ServiceConnection connection)
    {
        ReplyReader reader = connection.Call(Request(ControlWords.Info));
        if (reader.ReadStatus() == 0)
        {
            return InfoReply.Read(ref reader);
        }

        reader.ReadEnd();
        return InfoReply.Older;
    }

    /// <summary>Requests one page of a cache's sessions.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="limit">The maximum number of sessions.</param>
    /// <param name="position">The start of the page; set to the start of the next page.</param>
    /// <returns>The sessions; null when the cache is off.</returns>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static List<ListedSession>? List(
        ServiceConnection connection, string cache, int limit, WalkPosition position)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.List, cache);
        writer.WriteData(ControlWords.After, position.Key);
        writer.WriteNumber(ControlWords.Limit, limit);
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        if (!TryReadStatus(ref reader, position))
        {
            return null;
        }

        List<ListedSession> sessions = [];
        while (reader.TryReadText(ControlWords.Id, out ReadOnlySpan<byte> id))
        {
            // Times of a damaged entry can be any number.
            sessions.Add(sessions.Count < limit
                ? new ListedSession(
                    id.ToArray(), reader.ReadNumber(ControlWords.Size),
                    reader.ReadLong(ControlWords.Stored, long.MinValue),
                    reader.ReadLong(ControlWords.Left, long.MinValue))
                : throw reader.Malformed("there are more sessions than the limit"));
        }

        ReadPosition(ref reader, position);
        return sessions;
    }

    /// <summary>Removes a session; returns the status.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static int Delete(ServiceConnection connection, string cache, ReadOnlySpan<byte> id)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.Delete, cache);
        writer.WriteText(ControlWords.CacheId, id);
        writer.WriteEnd();
        return ReadOnlyStatus(connection.Call(request.WrittenSpan));
    }

    /// <summary>Removes some sessions of a cache.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="position">Where to start; set to where the next request starts.</param>
    /// <returns>The number of removed sessions; -1 when the cache is off.</returns>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static int Flush(ServiceConnection connection, string cache, WalkPosition position)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = Begin(request, ControlWords.Flush, cache);
        writer.WriteData(ControlWords.After, position.Key);
        writer.WriteEnd();
        ReplyReader reader = connection.Call(request.WrittenSpan);
        if (!TryReadStatus(ref reader, position))
        {
            return -1;
        }

        int removed = reader.ReadNumber(ControlWords.Removed);
        ReadPosition(ref reader, position);
        return removed;
    }

    /// <summary>Requests the ticket keys; null when the daemon refuses.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static List<ListedKey>? Keys(ServiceConnection connection)
    {
        ReplyReader reader = connection.Call(Request(ControlWords.Keys));
        if (reader.ReadStatus() != 0)
        {
            reader.ReadEnd();
            return null;
        }

        List<ListedKey> keys = [];
        while (reader.TryReadText(ControlWords.Name, out ReadOnlySpan<byte> name))
        {
            ReadOnlySpan<byte> state = reader.ReadText(ControlWords.State);
            if (!ReplyWord.IsValid(name) || !ReplyWord.IsValid(state))
            {
                throw reader.Malformed("a ticket key has a name or a state that is not allowed");
            }

            keys.Add(new ListedKey(
                Encoding.ASCII.GetString(name), Encoding.ASCII.GetString(state),
                reader.ReadLong(ControlWords.Encrypts), reader.ReadLong(ControlWords.Decrypts)));
        }

        reader.ReadEnd();
        return keys;
    }

    /// <summary>Makes a new ticket key the current one; returns the status.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="erasesOthers">Whether all other keys are erased, also where they are kept.</param>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static int Rotate(ServiceConnection connection, bool erasesOthers) =>
        ReadOnlyStatus(connection.Call(Request(erasesOthers ? ControlWords.RotateNow : ControlWords.Rotate)));

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

    private static int ReadOnlyStatus(ReplyReader reader)
    {
        int status = reader.ReadStatus();
        reader.ReadEnd();
        return status;
    }

    /// <summary>Reads the status of a step of a walk; false when there is nothing else in the reply.</summary>
    private static bool TryReadStatus(ref ReplyReader reader, WalkPosition position)
    {
        int status = reader.ReadStatus();
        position.IsTooEarly = status == (int)RequestStatus.Error;
        if (status != 0)
        {
            reader.ReadEnd();
        }

        return status == 0;
    }

    private static void ReadPosition(ref ReplyReader reader, WalkPosition position)
    {
        byte[] next = reader.ReadData(ControlWords.Next);
        reader.ReadEnd();
        if (position.Advance(next) is { } fault)
        {
            throw reader.Malformed(fault);
        }
    }
}
