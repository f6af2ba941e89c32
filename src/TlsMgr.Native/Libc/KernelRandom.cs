using System;

namespace TlsMgr.Native.Libc;

/// <summary>
/// Random bytes of the kernel: getrandom(2), or the device where an outer seccomp filter refuses that call.
/// </summary>
public static unsafe class KernelRandom
{
    private const string DevicePath = "/dev/urandom";
    private const int None = -1;

    private static int _device = None;

    /// <summary>
    /// Opens the device where getrandom(2) is refused, if the file is the kernel's device. To be called before the jail
    /// hides it. Returns 0, or the negative of an <see cref="Errno"/> when there are no random bytes.
    /// </summary>
    public static int Open()
    {
        int result = Errno.Result(NativeMethods.GetRandom(null, 0, 0));
        if (!Errno.IsRefusal(result))
        {
            return 0;
        }

        int device = FileDescriptor.Open(
            DevicePath, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (device >= 0 && FileStatus.OfDescriptor(device, out FileStatus status) >= 0 && status.IsRandomDevice)
        {
            _device = device;
            return 0;
        }

        if (device >= 0)
        {
            FileDescriptor.Close(device);
        }

        return result;
    }

    /// <summary>
    /// Fills a buffer from the kernel's generator. Waits only until the kernel was seeded after boot.
    /// </summary>
    /// <param name="buffer">The buffer, of any length. Cleared when the call fails.</param>
    /// <returns>Whether every byte was filled.</returns>
    public static bool TryFill(Span<byte> buffer)
    {
        Span<byte> rest = buffer;
        while (!rest.IsEmpty)
        {
            int count = _device == None ? Draw(rest) : FileDescriptor.Read(_device, rest);
            if (count <= 0 && count != -Errno.Interrupted)
            {
                buffer.Clear();
                return false;
            }

            rest = rest[int.Max(count, 0)..];
        }

        return true;
    }

    private static int Draw(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Errno.Result(NativeMethods.GetRandom(bytes, (nuint)buffer.Length, 0));
        }
    }
}
