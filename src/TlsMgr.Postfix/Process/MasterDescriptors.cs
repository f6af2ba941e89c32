// Where master(8) puts descriptors in a process that it starts (contract of every Postfix daemon; seen with strace).

namespace TlsMgr.Postfix.Process;

/// <summary>The descriptors that master(8) gives to a daemon, by number.</summary>
public static class MasterDescriptors
{
    /// <summary>First end of the flow control pipe.</summary>
    public const int FlowRead = 3;

    /// <summary>Second end of the flow control pipe.</summary>
    public const int FlowWrite = 4;

    /// <summary>The status channel, a socket.</summary>
    public const int Status = 5;

    /// <summary>The first listen socket; the others follow.</summary>
    public const int FirstListener = 6;
}
