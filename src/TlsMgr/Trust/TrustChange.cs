// A difference between the digest under which sessions were stored and that of today.

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

/// <summary>One difference.</summary>
/// <param name="Input">The name of the input.</param>
/// <param name="Kind">What became of it.</param>
internal sealed record TrustChange(string Input, TrustChangeKind Kind);
