namespace TlsMgr.Sessions;

/// <summary>What the log was told of a cache last.</summary>
public enum CacheHealth
{
    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It works without a file: its sessions end with this process.</summary>
    InMemory,

    /// <summary>It fails at times: changes are not kept.</summary>
    Degraded,

    /// <summary>It is off until the next start.</summary>
    Off,
}
