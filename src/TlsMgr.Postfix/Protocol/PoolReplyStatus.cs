namespace TlsMgr.Postfix.Protocol;

/// <summary>The status of a reply of tlspool(8).</summary>
public enum PoolReplyStatus
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Not found, nothing to remove.</summary>
    NotFound = -1,

    /// <summary>The server did not do it.</summary>
    Failed = -2,
}
