namespace TlsMgr.Sessions;

/// <summary>What a cache does with sessions of TLS 1.3. Servers with tickets store them and look none up.</summary>
public enum Tls13Keeping
{
    /// <summary>They are sessions like all others.</summary>
    AsOthers,

    /// <summary>Some servers may look them up: above a limit they are evicted before all others.</summary>
    EvictFirst,

    /// <summary>No server looks them up: they are counted, and not kept.</summary>
    Skip,
}
