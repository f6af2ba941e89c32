// What -v logs of each message: attribute names, and the values of attributes that hold no secret. Every other value,
// including those of attributes that no Postfix client sends, is logged by its length alone.

using System;
using TlsMgr.Postfix.Logging;
using TlsMgr.Requests.Common;

namespace TlsMgr.Requests;

/// <summary>Logs the attributes of messages.</summary>
internal sealed class MessageTrace(Log log, string peer)
{
    /// <summary>Logs one message, complete or truncated.</summary>
    internal void LogMessage(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty && message[0] != 0)
        {
            ReadOnlySpan<byte> name = TakeString(ref message);
            ReadOnlySpan<byte> value = TakeString(ref message);
            log.Info($"{peer}: input attribute name: {PrintableText.Quote(name)}");
            log.Info($"{peer}: input attribute value: {Describe(name, value)}");
        }
    }

    /// <summary>Cache ids are public at any length. The other public values are short, so they are quoted.</summary>
    private static string Describe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(WireWords.CacheId))
        {
            return PrintableText.FromBytes(value);
        }

        bool isPublic = name.SequenceEqual(CommonWords.Request) || name.SequenceEqual(WireWords.CacheType)
            || name.SequenceEqual(WireWords.Size);
        return isPublic ? PrintableText.Quote(value) : $"[data {value.Length} characters]";
    }

    /// <summary>Removes the first NUL-terminated string from the message; the last one may lack its NUL.</summary>
    private static ReadOnlySpan<byte> TakeString(ref ReadOnlySpan<byte> message)
    {
        int length = message.IndexOf((byte)0);
        ReadOnlySpan<byte> text = length < 0 ? message : message[..length];
        message = length < 0 ? default : message[(length + 1)..];
        return text;
    }
}
