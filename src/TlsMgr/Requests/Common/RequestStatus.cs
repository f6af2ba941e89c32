namespace TlsMgr.Requests.Common;

/// <summary>The status that every reply begins with, by its number on the wire.</summary>
internal enum RequestStatus
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Not found, or not done.</summary>
    Error = -1,

    /// <summary>The request is faulty, or the requested function is disabled or failed.</summary>
    Fault = -2,
}
