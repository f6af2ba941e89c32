namespace TlsMgr.Sessions;

/// <summary>What the log was told of a cache last.</summary>
internal enum CacheHealth
{
    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It fails at times: changes are not kept.</summary>
    Degraded,

    /// <summary>It is off until the next start.</summary>
    Failed,
}
