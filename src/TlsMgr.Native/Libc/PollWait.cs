// poll(2): the only place where a caller may wait for a descriptor outside the event loop.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Waits for one descriptor or two.</summary>
public static unsafe class PollWait
{
    private const short Readable = 1;
    private const short Writable = 4;
    private const int Unlimited = -1;

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

    /// <summary>
    /// Waits until there is something to read from either, for as long as that takes. Answers 1 or 2, or minus an
    /// <see cref="Errno"/>.
    /// </summary>
    public static int ForEither(int first, int second)
    {
        PollEntry* entries = stackalloc PollEntry[2]
        {
            new PollEntry { Descriptor = first, Wanted = Readable },
            new PollEntry { Descriptor = second, Wanted = Readable },
        };
        return Errno.Result(NativeMethods.Poll(entries, 2, Unlimited));
    }

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
