namespace TlsMgr.Statistics;

/// <summary>The requests, named as on the wire.</summary>
public enum RequestVerb
{
    /// <summary>Returns random bytes.</summary>
    Seed,

    /// <summary>Returns the caching policy.</summary>
    Policy,

    /// <summary>Looks a session up.</summary>
    Lookup,

    /// <summary>Stores a session.</summary>
    Update,

    /// <summary>Removes a session.</summary>
    Delete,

    /// <summary>Returns a ticket key.</summary>
    TktKey,

    /// <summary>A request that is not part of the protocol.</summary>
    Unknown,
}
