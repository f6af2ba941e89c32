// What may stand in a log line. A client must not be able to forge a line or to send a terminal's control codes.

using System;
using System.Buffers;
using System.Text;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// Makes bytes and texts fit for a log line: as in Postfix, UTF-8 stays as it is, and every control character and every
/// byte that is no UTF-8 becomes a question mark (recorded in the fixtures of the wire protocol: <c>café???</c>).
/// </summary>
public static class PrintableText
{
    private const char Replacement = '?';

    /// <summary>
    /// The text of bytes that are not what they should be: whole up to <see cref="LogLimits.QuotedBytes"/>; of what is
    /// longer, and so might be secret data in the wrong place, only the length.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= LogLimits.QuotedBytes ? FromBytes(bytes) : $"[data {bytes.Length} characters]";

    /// <summary>The text of bytes from anywhere.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        StringBuilder text = new(rest.Length);
        while (!rest.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed);
            if (status == OperationStatus.Done && !Rune.IsControl(rune))
            {
                text.Append(rune);
            }
            else
            {
                text.Append(Replacement, consumed);
            }

            rest = rest[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The text with a question mark for each control character; the same object when there is none.</summary>
    public static string Clean(string text)
    {
        foreach (char character in text)
        {
            if (char.IsControl(character))
            {
                return string.Create(text.Length, text, static (span, source) =>
                {
                    for (int i = 0; i < span.Length; i++)
                    {
                        span[i] = char.IsControl(source[i]) ? Replacement : source[i];
                    }
                });
            }
        }

        return text;
    }
}
