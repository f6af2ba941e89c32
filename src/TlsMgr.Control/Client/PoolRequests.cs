// The requests of the control protocol about pools; TlsMgr.Administration is the daemon's side of them.

using System;
using System.Buffers;
using TlsMgr.Administration;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;

namespace TlsMgr.Control.Client;

/// <summary>Sends requests about the pool to the control socket and reads the replies.</summary>
internal static class PoolRequests
{
    /// <summary>Requests the state of the pool.</summary>
    /// <returns>The state; null when the daemon does not know the request.</returns>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static PoolReply? Status(ServiceConnection connection)
    {
        ReplyReader reader = connection.Call(Request(ControlWords.Pool));
        if (reader.ReadStatus() == 0)
        {
            return new PoolReply(InfoReply.Read(ref reader));
        }

        reader.ReadEnd();
        return null;
    }

    /// <summary>Requests a new generation, which follows the one in use.</summary>
    /// <param name="connection">The daemon.</param>
    /// <param name="delaySeconds">It encrypts from the first period that begins so many seconds from now.</param>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static PoolChange Rotate(ServiceConnection connection, int delaySeconds)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, ControlWords.PoolRotate);
        writer.WriteNumber(ControlWords.Delay, delaySeconds);
        writer.WriteEnd();
        return ReadChange(connection.Call(request.WrittenSpan), hasTime: true);
    }

    /// <summary>Requests a new generation at once, and the end of all others.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static PoolChange Revoke(ServiceConnection connection) =>
        ReadChange(connection.Call(Request(ControlWords.PoolRevoke)), hasTime: false);

    /// <summary>Requests that the daemon erases the secret; returns the status.</summary>
    /// <exception cref="NoReplyException">The reply is malformed.</exception>
    internal static int Leave(ServiceConnection connection)
    {
        ReplyReader reader = connection.Call(Request(ControlWords.PoolLeave));
        int status = reader.ReadStatus();
        reader.ReadEnd();
        return status;
    }

    private static PoolChange ReadChange(ReplyReader reader, bool hasTime)
    {
        int status = reader.ReadStatus();
        PoolChange change = status == 0
            ? new(status, reader.ReadLong(ControlWords.Generation), hasTime ? reader.ReadLong(ControlWords.At) : 0)
            : new(status);
        reader.ReadEnd();
        return change;
    }

    private static ReadOnlySpan<byte> Request(ReadOnlySpan<byte> name)
    {
        ArrayBufferWriter<byte> request = new();
        AttributeWriter writer = new(request);
        writer.WriteText(CommonWords.Request, name);
        writer.WriteEnd();
        return request.WrittenSpan;
    }
}
