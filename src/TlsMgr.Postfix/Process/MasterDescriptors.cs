using TlsMgr.Native.Libc;

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

    /// <summary>
    /// Counts the descriptors that are open from <see cref="FirstListener"/> on without a gap. To be called before this
    /// process opens files of its own, which would get the next numbers.
    /// </summary>
    public static int CountListeners()
    {
        int count = 0;
        while (FileStatus.OfDescriptor(FirstListener + count, out _) == 0)
        {
            count++;
        }

        return count;
    }
}
