namespace TlsMgr.Postfix.Config;

/// <summary>The kinds of nodes in a value.</summary>
internal enum MacroNodeKind
{
    /// <summary>Plain text.</summary>
    Literal,

    /// <summary>The name of <c>$name</c>.</summary>
    Name,

    /// <summary>The inside of <c>${...}</c> or <c>$(...)</c>.</summary>
    Reference,
}
