// Faults of attribute lists and Postfix's warnings for them, as recorded in fixtures/wire. A fault is a value: nothing
// here is thrown.

using System;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Protocol;

/// <summary>One fault, with the bytes that caused it.</summary>
/// <param name="kind">The kind of fault.</param>
/// <param name="subject">The faulty name or value; empty where the kind is sufficient.</param>
/// <param name="expected">The expected attribute; empty for the end of the list.</param>
public readonly ref struct AttributeFault(
    AttributeFaultKind kind, ReadOnlySpan<byte> subject = default, ReadOnlySpan<byte> expected = default)
{
    private readonly ReadOnlySpan<byte> _subject = subject;
    private readonly ReadOnlySpan<byte> _expected = expected;

    /// <summary>The kind of fault.</summary>
    public AttributeFaultKind Kind { get; } = kind;

    /// <summary>Whether the stream ended before the list did.</summary>
    public bool IsEndOfStream => Kind >= AttributeFaultKind.EndInsideName;

    /// <summary>Whether the fault is logged; Postfix does not log all of them.</summary>
    public bool IsReported => Kind is not (AttributeFaultKind.None or AttributeFaultKind.EndAfterRequest);

    /// <summary>Returns the text of the warning, or null where Postfix logs nothing.</summary>
    /// <param name="peer">The name of the stream in the log: <c>tlsmgr socket</c>.</param>
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
