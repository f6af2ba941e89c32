namespace TlsMgr.Statistics;

/// <summary>Faults of requests.</summary>
public enum FaultKind
{
    /// <summary>An attribute was missing.</summary>
    Missing,

    /// <summary>An attribute with another name than expected, or an additional one.</summary>
    Unexpected,

    /// <summary>A value was not a valid number, or not valid base64.</summary>
    Malformed,

    /// <summary>The client closed the connection in the middle of a request.</summary>
    Incomplete,

    /// <summary>An unknown cache type, or a seed length or key name length outside its range.</summary>
    Bogus,
}
