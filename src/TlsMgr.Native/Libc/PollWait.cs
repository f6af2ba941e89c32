// poll(2) on one descriptor: the only place where a caller may wait for a descriptor outside the event loop, with a
// limit.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Waits a bounded time for one descriptor.</summary>
public static unsafe class PollWait
{
    private const short Readable = 1;
    private const short Writable = 4;

    /// <summary>
    /// Waits until there is something to read. Answers 1, 0 when the time is over, or minus an <see cref="Errno"/>.
    /// </summary>
    public static int ForReading(int descriptor, int timeoutMilliseconds) =>
        For(descriptor, Readable, timeoutMilliseconds);

    /// <summary>
    /// Waits until there is room to write. Answers 1, 0 when the time is over, or minus an <see cref="Errno"/>.
    /// </summary>
    public static int ForWriting(int descriptor, int timeoutMilliseconds) =>
        For(descriptor, Writable, timeoutMilliseconds);

    private static int For(int descriptor, short events, int timeoutMilliseconds)
    {
        PollEntry entry = new() { Descriptor = descriptor, Wanted = events };
        return Errno.Result(NativeMethods.Poll(&entry, 1, timeoutMilliseconds));
    }
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    internal int Descriptor;
    internal short Wanted;
    internal short Happened;
}
