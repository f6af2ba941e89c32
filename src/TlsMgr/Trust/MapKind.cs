namespace TlsMgr.Trust;

/// <summary>What kind of thing a word of a value is.</summary>
internal enum MapKind
{
    /// <summary>A word that names nothing.</summary>
    None,

    /// <summary>Files: those of an index, a table that is text, or a path by itself.</summary>
    Files,

    /// <summary>A map that is its own content: <c>inline:{…}</c>.</summary>
    Text,

    /// <summary>A map whose content is elsewhere: a server, or a type that is not known.</summary>
    Elsewhere,
}
