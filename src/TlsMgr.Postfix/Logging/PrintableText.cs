// Invariant: a client can neither forge a log line nor write a terminal's control codes to the log.

using System;
using System.Buffers;
using System.Text;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// Makes bytes and texts printable for the log. As in Postfix, UTF-8 is kept, and every control character and every
/// byte that is not UTF-8 becomes a question mark (recorded in the fixtures of the wire protocol: <c>café???</c>).
/// </summary>
public static class PrintableText
{
    private const char Replacement = '?';

    /// <summary>
    /// Quotes faulty input: completely up to <see cref="LogLimits.QuotedBytes"/>; of longer input, which may be
    /// misplaced secret data, only the length.
    /// </summary>
    public static string Quote(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= LogLimits.QuotedBytes ? FromBytes(bytes) : $"[data {bytes.Length} characters]";

    /// <summary>Converts bytes from any source to a printable text.</summary>
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

    /// <summary>
    /// Replaces each control character with a question mark; returns the same object when there is none.
    /// </summary>
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
