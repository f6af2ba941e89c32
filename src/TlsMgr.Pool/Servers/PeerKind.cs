namespace TlsMgr.Pool.Servers;

/// <summary>What is at the other end of a connection.</summary>
internal enum PeerKind
{
    /// <summary>One server.</summary>
    Server,

    /// <summary>Nodes of a cluster.</summary>
    Cluster,

    /// <summary>A Sentinel.</summary>
    Sentinel,
}
