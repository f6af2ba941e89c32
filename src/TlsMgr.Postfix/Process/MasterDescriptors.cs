namespace TlsMgr.Postfix.Process;

/// <summary>
/// The numbers of the descriptors that master(8) passes to a daemon (the same for every Postfix daemon; observed with
/// strace).
/// </summary>
public static class MasterDescriptors
{
    /// <summary>The read end of the flow control pipe.</summary>
    public const int FlowRead = 3;

    /// <summary>The write end of the flow control pipe.</summary>
    public const int FlowWrite = 4;

    /// <summary>The status channel, a socket.</summary>
    public const int Status = 5;

    /// <summary>The first listen socket; the others follow.</summary>
    public const int FirstListener = 6;
}
