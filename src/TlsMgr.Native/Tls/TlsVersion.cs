namespace TlsMgr.Native.Tls;

/// <summary>A version of TLS, by its number in the protocol.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2.</summary>
    Tls12 = 0x303,

    /// <summary>TLS 1.3.</summary>
    Tls13 = 0x304,
}
