using System;

namespace TlsMgr.Postfix.Protocol;

/// <summary>
/// Reads one attribute list strictly: no attribute may be missing, extra or out of order. Each call reads the next
/// expected attribute; after the first call that returns false, <see cref="Fault"/> is set and the rest of the message
/// is not read. Copies only decoded base64, and neither allocates nor throws.
/// </summary>
public ref struct AttributeReader
{
    private readonly ReadOnlySpan<byte> _message;
    private int _position;
    private int _requestEnd;

    /// <summary>Starts at the first attribute.</summary>
    /// <param name="message">
    /// One message with its terminator, or its received part when the stream ended before the terminator.
    /// </param>
    public AttributeReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>The fault of the list; of kind <see cref="AttributeFaultKind.None"/> while there is none.</summary>
    public AttributeFault Fault { get; private set; }

    /// <summary>Reads the first attribute of every message, the name of the request.</summary>
    /// <param name="name">The required name of the attribute.</param>
    /// <param name="request">The request's name, a slice of the message; may be empty.</param>
    public bool TryReadRequest(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> request)
    {
        bool isRead = TryReadText(name, out request);
        _requestEnd = _position;
        return isRead;
    }

    /// <summary>Reads an attribute with a verbatim value.</summary>
    /// <param name="name">The required name of the attribute.</param>
    /// <param name="value">The value, a slice of the message; may be empty.</param>
    public bool TryReadText(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadName(name) && TryReadValue(out value);
    }

    /// <summary>Reads a number as scanf(3) does for <c>%u</c>: see <see cref="UnsignedNumber"/>.</summary>
    public bool TryReadNumber(ReadOnlySpan<byte> name, out uint number)
    {
        number = 0;
        if (!TryReadText(name, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        return UnsignedNumber.TryParse(text, out number)
            || Fail(new AttributeFault(AttributeFaultKind.MalformedNumber, text));
    }

    /// <summary>Reads base64 data: see <see cref="Base64Data"/>.</summary>
    /// <param name="name">The required name of the attribute.</param>
    /// <param name="destination">
    /// Receives the bytes; at least <see cref="Base64Data.DecodedLimit"/> of the message's length.
    /// </param>
    /// <param name="data">The decoded bytes, at the beginning of <paramref name="destination"/>; may be empty.</param>
    public bool TryReadData(ReadOnlySpan<byte> name, Span<byte> destination, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (!TryReadText(name, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (!Base64Data.TryDecode(text, destination, out int lengthBytes))
        {
            return Fail(new AttributeFault(AttributeFaultKind.MalformedBase64, text));
        }

        data = destination[..lengthBytes];
        return true;
    }

    /// <summary>
    /// Reads the end of the list. False when another attribute follows, or when the stream ended.
    /// </summary>
    public bool TryReadEnd() => TryReadName(default);

    /// <summary>
    /// Reads the name of the next attribute, which must be the expected one; an empty name is the end of the list.
    /// </summary>
    private bool TryReadName(ReadOnlySpan<byte> expected)
    {
        ReadOnlySpan<byte> rest = _message[_position..];
        if (rest.IsEmpty)
        {
            return Fail(new AttributeFault(
                _position == _requestEnd ? AttributeFaultKind.EndAfterRequest : AttributeFaultKind.EndBeforeName));
        }

        int length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            return Fail(new AttributeFault(AttributeFaultKind.EndInsideName));
        }

        ReadOnlySpan<byte> name = rest[..length];
        if (name.SequenceEqual(expected))
        {
            _position += length + 1;
            return true;
        }

        return name.IsEmpty
            ? Fail(new AttributeFault(AttributeFaultKind.Missing, default, expected))
            : Fail(new AttributeFault(AttributeFaultKind.Unexpected, name, expected));
    }

    private bool TryReadValue(out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = _message[_position..];
        int length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            value = default;
            return Fail(new AttributeFault(
                rest.IsEmpty ? AttributeFaultKind.EndBeforeValue : AttributeFaultKind.EndInsideValue));
        }

        value = rest[..length];
        _position += length + 1;
        return true;
    }

    private bool Fail(AttributeFault fault)
    {
        Fault = fault;
        return false;
    }
}
