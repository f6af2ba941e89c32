namespace TlsMgr.Trust;

/// <summary>What became of an input.</summary>
internal enum TrustChangeKind
{
    /// <summary>It is not what it was.</summary>
    Changed,

    /// <summary>There was none of that name.</summary>
    Added,

    /// <summary>There is none of that name any more.</summary>
    Removed,

    /// <summary>What it is cannot be known: it counts as changed.</summary>
    Unknown,
}
