namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>What the proxy does with the replies of the server.</summary>
internal enum ProxyMode
{
    /// <summary>Passes everything on.</summary>
    Forward,

    /// <summary>Passes each chunk on after a while.</summary>
    Slow,

    /// <summary>Loses one chunk in ten, which arrives when TCP has sent it again.</summary>
    Lossy,

    /// <summary>Passes nothing on, and keeps the connections.</summary>
    Silent,

    /// <summary>Passes half of the next chunk on, and nothing after it.</summary>
    Half,

    /// <summary>Sends a megabyte of random bytes in place of the next chunk.</summary>
    Garbage,
}
