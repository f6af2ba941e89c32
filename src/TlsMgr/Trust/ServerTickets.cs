namespace TlsMgr.Trust;

/// <summary>Which servers of an installation give session tickets.</summary>
public enum ServerTickets
{
    /// <summary>No server, or tickets may be off for all of them: their sessions of TLS 1.3 are looked up.</summary>
    None,

    /// <summary>Some servers and others not, or it cannot be told.</summary>
    Some,

    /// <summary>Every server: no session of TLS 1.3 is looked up.</summary>
    All,
}
