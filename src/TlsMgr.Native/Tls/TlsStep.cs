namespace TlsMgr.Native.Tls;

/// <summary>What a step of a connection needs before it can go on.</summary>
public enum TlsStep
{
    /// <summary>The step is done.</summary>
    Done,

    /// <summary>More bytes of the other side.</summary>
    NeedsBytes,

    /// <summary>Nothing helps.</summary>
    Failed,
}
