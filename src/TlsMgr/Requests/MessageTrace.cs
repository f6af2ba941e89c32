// What -v tells of each message: names as they came, and the values of those attributes that hold no secret. Of all
// others, and of what no client of Postfix sends, only how long they are.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Requests;

/// <summary>Logs the attributes of messages.</summary>
internal sealed class MessageTrace(Log log, string peer)
{
    /// <summary>What is longer is no name of an attribute, in characters.</summary>
    private const int LongestName = 32;

    /// <summary>Logs one message, whole or cut short.</summary>
    internal void Received(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty && message[0] != 0)
        {
            ReadOnlySpan<byte> name = Take(ref message);
            ReadOnlySpan<byte> value = Take(ref message);
            log.Info($"{peer}: input attribute name: {Text(name, name.Length <= LongestName)}");
            log.Info($"{peer}: input attribute value: {Text(value, IsHarmless(name))}");
        }
    }

    private static bool IsHarmless(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(WireWords.Request) || name.SequenceEqual(WireWords.CacheType)
        || name.SequenceEqual(WireWords.CacheId) || name.SequenceEqual(WireWords.Size);

    private static string Text(ReadOnlySpan<byte> bytes, bool isHarmless) =>
        isHarmless ? PrintableText.FromBytes(bytes) : $"[data {bytes.Length} characters]";

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message)
    {
        int length = message.IndexOf((byte)0);
        ReadOnlySpan<byte> part = length < 0 ? message : message[..length];
        message = length < 0 ? default : message[(length + 1)..];
        return part;
    }
}
