namespace TlsMgr.Postfix.Protocol;

/// <summary>The kinds of faults of an attribute list.</summary>
public enum AttributeFaultKind
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The list ended where an attribute was expected.</summary>
    Missing,

    /// <summary>Another attribute was found than the expected one, or than the end of the list.</summary>
    Unexpected,

    /// <summary>The value of a number is malformed.</summary>
    MalformedNumber,

    /// <summary>The value of base64 data is malformed.</summary>
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
    /// The stream ended right after the request's name, which Postfix's tlsmgr does not log.
    /// </summary>
    EndAfterRequest,
}
