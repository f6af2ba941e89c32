// What -v tells of each message: names as they came, and the values of those attributes that hold no secret. Of all
// others, and of what no client of Postfix sends, only how long they are.

using System;
using TlsMgr.Postfix.Logging;
using TlsMgr.Serving;

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
            log.Info($"{peer}: input attribute name: {PrintableText.Quote(name)}");
            log.Info($"{peer}: input attribute value: {Describe(name, value)}");
        }
    }

    /// <summary>Ids are no secret, of whatever length; the other values that are none are short.</summary>
    private static string Describe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(WireWords.CacheId))
        {
            return PrintableText.FromBytes(value);
        }

        bool isHarmless = name.SequenceEqual(CommonWords.Request) || name.SequenceEqual(WireWords.CacheType)
            || name.SequenceEqual(WireWords.Size);
        return isHarmless ? PrintableText.Quote(value) : $"[data {value.Length} characters]";
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message)
    {
        int length = message.IndexOf((byte)0);
        ReadOnlySpan<byte> part = length < 0 ? message : message[..length];
        message = length < 0 ? default : message[(length + 1)..];
        return part;
    }
}
