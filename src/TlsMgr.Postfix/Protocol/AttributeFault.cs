// What can be wrong with an attribute list, and how the original words it. A fault is a value: nothing here is thrown.
// The texts are those of the recordings in fixtures/wire.

using System;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Protocol;

/// <summary>The ways in which an attribute list can be wrong.</summary>
public enum AttributeFaultKind
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The list ended where an attribute was expected.</summary>
    Missing,

    /// <summary>Another attribute stands where one was expected, or where the list should end.</summary>
    Unexpected,

    /// <summary>A value that should be a number is none.</summary>
    MalformedNumber,

    /// <summary>A value that should be base64 is not.</summary>
    MalformedBase64,

    /// <summary>The stream ended inside a name.</summary>
    EndInsideName,

    /// <summary>The stream ended inside a value.</summary>
    EndInsideValue,

    /// <summary>The stream ended where a name or the terminator should begin.</summary>
    EndBeforeName,

    /// <summary>The stream ended where a value should begin.</summary>
    EndBeforeValue,

    /// <summary>
    /// The stream ended right behind the request's name, which the original does not mention in its log.
    /// </summary>
    EndBehindRequest,
}

/// <summary>One fault, with the bytes that show it.</summary>
/// <param name="kind">What is wrong.</param>
/// <param name="subject">The name or value that is wrong; empty where the kind says it all.</param>
/// <param name="expected">The attribute that was expected; empty for the end of the list.</param>
public readonly ref struct AttributeFault(
    AttributeFaultKind kind, ReadOnlySpan<byte> subject = default, ReadOnlySpan<byte> expected = default)
{
    private readonly ReadOnlySpan<byte> _subject = subject;
    private readonly ReadOnlySpan<byte> _expected = expected;

    /// <summary>What is wrong.</summary>
    public AttributeFaultKind Kind { get; } = kind;

    /// <summary>Whether the stream ended before the list did.</summary>
    public bool IsEndOfStream => Kind >= AttributeFaultKind.EndInsideName;

    /// <summary>Whether there is a warning of it: the original says nothing of some.</summary>
    public bool IsReported => Kind is not (AttributeFaultKind.None or AttributeFaultKind.EndBehindRequest);

    /// <summary>The text of the warning, or null where the original says nothing.</summary>
    /// <param name="peer">What the stream is called in the log: <c>tlsmgr socket</c>.</param>
    public string? Describe(string peer) => Kind switch
    {
        AttributeFaultKind.Missing => $"missing attribute {Text(_expected)} in input from {peer}",
        AttributeFaultKind.Unexpected => $"unexpected attribute {Text(_subject)} from {peer} (expecting: {Expected()})",
        AttributeFaultKind.MalformedNumber =>
            $"malformed numerical data from {peer} while reading input attribute value: {Text(_subject)}",
        AttributeFaultKind.MalformedBase64 =>
            $"malformed base64 data from {peer} while reading input attribute value: {Text(_subject)}",
        AttributeFaultKind.EndInsideName => $"unexpected end-of-input from {peer} while reading input attribute name",
        AttributeFaultKind.EndInsideValue => $"unexpected end-of-input from {peer} while reading input attribute value",
        AttributeFaultKind.EndBeforeName => $"premature end-of-input on {peer} while reading input attribute name",
        AttributeFaultKind.EndBeforeValue => $"premature end-of-input on {peer} while reading input attribute value",
        _ => null,
    };

    private string Expected() => _expected.IsEmpty ? "(list terminator)" : Encoding.UTF8.GetString(_expected);

    private static string Text(ReadOnlySpan<byte> bytes) => PrintableText.Quote(bytes);
}
