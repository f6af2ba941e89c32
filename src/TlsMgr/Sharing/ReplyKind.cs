namespace TlsMgr.Sharing;

/// <summary>What a reply must contain besides number and status.</summary>
internal enum ReplyKind
{
    /// <summary>Nobody waits for a reply of this number.</summary>
    Unknown,

    /// <summary>A value.</summary>
    Value,

    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Facts.</summary>
    Facts,
}
