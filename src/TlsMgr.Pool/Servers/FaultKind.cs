namespace TlsMgr.Pool.Servers;

/// <summary>What kind of fault it is.</summary>
internal enum FaultKind
{
    /// <summary>There is no connection, or no reply in time.</summary>
    Unreachable,

    /// <summary>The server is a replica.</summary>
    ReadOnly,

    /// <summary>The server is a node of a cluster, and another one has the key.</summary>
    Moved,

    /// <summary>The ACL of the server forbids the command.</summary>
    NotPermitted,

    /// <summary>The server refuses for another reason: its memory is full, it is loading …</summary>
    Refused,
}
