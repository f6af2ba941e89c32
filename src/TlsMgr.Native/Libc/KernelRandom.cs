using System;

namespace TlsMgr.Native.Libc;

/// <summary>Random bytes of the kernel (getrandom(2)).</summary>
public static unsafe class KernelRandom
{
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
            int count;
            fixed (byte* bytes = rest)
            {
                count = Errno.Result(NativeMethods.GetRandom(bytes, (nuint)rest.Length, 0));
            }

            if (count <= 0 && count != -Errno.Interrupted)
            {
                buffer.Clear();
                return false;
            }

            rest = rest[int.Max(count, 0)..];
        }

        return true;
    }
}
