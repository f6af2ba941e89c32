namespace TlsMgr.Pool.Serving;

/// <summary>What a client asks of the server.</summary>
internal enum RequestKind
{
    /// <summary>The value of a key.</summary>
    Get,

    /// <summary>To store a value.</summary>
    Put,

    /// <summary>To remove a key.</summary>
    Drop,
}
