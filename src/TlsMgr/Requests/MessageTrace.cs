// What -v tells of each message: names and values as they came, but of data, which may be secret, only how long it is.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Requests;

/// <summary>Logs the attributes of messages.</summary>
internal sealed class MessageTrace(Log log, string peer)
{
    /// <summary>Logs one message, whole or cut short.</summary>
    internal void Received(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty && message[0] != 0)
        {
            ReadOnlySpan<byte> name = Take(ref message);
            ReadOnlySpan<byte> value = Take(ref message);
            bool isData = name.SequenceEqual(WireWords.Session) || name.SequenceEqual(WireWords.KeyName);
            log.Info($"{peer}: input attribute name: {PrintableText.FromBytes(name)}");
            log.Info(isData
                ? $"{peer}: input attribute value: [data {value.Length} characters]"
                : $"{peer}: input attribute value: {PrintableText.FromBytes(value)}");
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message)
    {
        int length = message.IndexOf((byte)0);
        ReadOnlySpan<byte> part = length < 0 ? message : message[..length];
        message = length < 0 ? default : message[(length + 1)..];
        return part;
    }
}
