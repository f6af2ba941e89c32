namespace TlsMgr.Native.Libc;

/// <summary>Waits for one or two descriptors outside the event loop (poll(2)).</summary>
public static unsafe class PollWait
{
    private const short Readable = 1;
    private const short Writable = 4;
    private const int Unlimited = -1;

    /// <summary>
    /// Waits until a descriptor is readable. Returns 1, 0 after the timeout, or minus an <see cref="Errno"/>.
    /// </summary>
    public static int ForReading(int descriptor, int timeoutMilliseconds) =>
        For(descriptor, Readable, timeoutMilliseconds);

    /// <summary>
    /// Waits until a descriptor is writable. Returns 1, 0 after the timeout, or minus an <see cref="Errno"/>.
    /// </summary>
    public static int ForWriting(int descriptor, int timeoutMilliseconds) =>
        For(descriptor, Writable, timeoutMilliseconds);

    /// <summary>
    /// Waits without a timeout until at least one of two descriptors is readable. Returns how many are, or minus an
    /// <see cref="Errno"/>.
    /// </summary>
    public static int ForEither(int first, int second)
    {
        PollEntry* entries = stackalloc PollEntry[2]
        {
            new PollEntry { Descriptor = first, Events = Readable },
            new PollEntry { Descriptor = second, Events = Readable },
        };
        return Errno.Result(NativeMethods.Poll(entries, 2, Unlimited));
    }

    private static int For(int descriptor, short events, int timeoutMilliseconds)
    {
        PollEntry entry = new() { Descriptor = descriptor, Events = events };
        return Errno.Result(NativeMethods.Poll(&entry, 1, timeoutMilliseconds));
    }
}
