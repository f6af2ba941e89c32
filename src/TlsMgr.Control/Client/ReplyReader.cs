// Replies are untrusted: with the wrong owner of data_directory another program can listen on the control socket. Every
// name, number and text is checked here before a verb prints it.

using System;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;

namespace TlsMgr.Control.Client;

/// <summary>Reads the attributes of one reply, strictly and in order.</summary>
/// <param name="reply">The attribute list with its terminator.</param>
/// <param name="peer">The socket it came from, for messages.</param>
internal ref struct ReplyReader(ReadOnlySpan<byte> reply, string peer)
{
    private const char Replacement = '?';

    private readonly ReadOnlySpan<byte> _reply = reply;
    private readonly string _peer = peer;
    private AttributeReader _reader = new(reply);

    /// <summary>The complete reply.</summary>
    internal readonly ReadOnlySpan<byte> Bytes => _reply;

    /// <summary>Reads the status: 0, -1 or -2.</summary>
    /// <exception cref="NoReplyException">It is missing or none of these.</exception>
    internal int ReadStatus()
    {
        int status = _reader.TryReadNumber(CommonWords.Status, out uint number)
            ? unchecked((int)number)
            : throw Fault();
        return status is >= (int)RequestStatus.Fault and <= (int)RequestStatus.Ok
            ? status
            : throw OutOfRange(CommonWords.Status, status);
    }

    /// <summary>Reads an unsigned number of 32 bits.</summary>
    /// <exception cref="NoReplyException">It is missing, malformed, or above the maximum.</exception>
    internal int ReadNumber(ReadOnlySpan<byte> name, int maximum = int.MaxValue)
    {
        uint number = _reader.TryReadNumber(name, out uint read) ? read : throw Fault();
        return number <= maximum ? (int)number : throw OutOfRange(name, number);
    }

    /// <summary>Reads a number of 64 bits with its sign.</summary>
    /// <exception cref="NoReplyException">It is missing, malformed, or below the minimum.</exception>
    internal long ReadLong(ReadOnlySpan<byte> name, long minimum = 0)
    {
        long number = ParseLong(ReadText(name));
        return number >= minimum ? number : throw OutOfRange(name, number);
    }

    /// <summary>The number of 64 bits that a value holds.</summary>
    /// <exception cref="NoReplyException">It is malformed.</exception>
    internal readonly long ParseLong(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out int length) && length == text.Length
            ? number
            : throw Fault(new AttributeFault(AttributeFaultKind.MalformedNumber, text));

    /// <summary>Reads a value of any bytes but NUL.</summary>
    /// <exception cref="NoReplyException">It is missing.</exception>
    internal ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> name) =>
        _reader.TryReadText(name, out ReadOnlySpan<byte> text) ? text : throw Fault();

    /// <summary>Reads a value of any bytes but NUL; false when another attribute or the end follows.</summary>
    internal bool TryReadText(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text) =>
        _reader.TryReadText(name, out text);

    /// <summary>Reads base64 data.</summary>
    /// <exception cref="NoReplyException">It is missing or malformed.</exception>
    internal byte[] ReadData(ReadOnlySpan<byte> name)
    {
        byte[] buffer = new byte[Base64Data.DecodedLimit(_reply.Length)];
        return _reader.TryReadData(name, buffer, out ReadOnlySpan<byte> data) ? data.ToArray() : throw Fault();
    }

    /// <summary>Reads the end of the reply.</summary>
    /// <exception cref="NoReplyException">Another attribute follows.</exception>
    internal void ReadEnd()
    {
        if (!_reader.TryReadEnd())
        {
            throw Fault();
        }
    }

    /// <summary>The exception for a reply that breaks a rule.</summary>
    /// <param name="reason">The rule; holds no byte of the reply that was not checked.</param>
    internal readonly NoReplyException Malformed(string reason) => new($"malformed reply from {_peer}: {reason}");

    private readonly NoReplyException OutOfRange(ReadOnlySpan<byte> name, long number) => Malformed(string.Create(
        CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(name)} is {number}, which is out of range"));

    private readonly NoReplyException Fault() => Fault(_reader.Fault);

    private readonly NoReplyException Fault(AttributeFault fault) =>
        fault.Describe(_peer) is { } text ? new(Printable(text)) : Malformed("the list of attributes ends too early");

    /// <summary>
    /// The text without what moves a terminal's cursor, reorders a line or shows nothing: beside control characters,
    /// which <see cref="AttributeFault"/> replaces, separators of lines and format characters.
    /// </summary>
    internal static string Printable(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isPrintable = Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
            result.Append(isPrintable ? rune.ToString() : Replacement.ToString());
        }

        return result.ToString();
    }
}
