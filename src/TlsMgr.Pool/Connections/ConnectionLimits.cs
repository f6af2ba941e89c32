namespace TlsMgr.Pool.Connections;

/// <summary>Limits of a connection to a server. A test compares them with docs/limits.md.</summary>
public static class ConnectionLimits
{
    /// <summary>Milliseconds in which a connection must be made.</summary>
    public const int ConnectMilliseconds = 500;

    /// <summary>Bytes that are received at a time.</summary>
    public const int InputBytes = 32 * 1024;

    /// <summary>
    /// Bytes that a server has not taken above which the connection is closed: all requests under way are below.
    /// </summary>
    public const int UnsentBytes = 9 * 1024 * 1024;
}
