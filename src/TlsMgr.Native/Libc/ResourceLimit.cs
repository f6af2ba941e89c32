// Limits that the kernel sets to this process (getrlimit(2)). Must never be lowered here: that is the administrator's.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Resource limits of this process.</summary>
public static unsafe class ResourceLimit
{
    private const int LockedMemory = 8;

    /// <summary>
    /// Raises RLIMIT_MEMLOCK, soft and hard, to a number of bytes at least. Only a privileged process may; for others
    /// it is the negative of an <see cref="Errno"/>, and the limit stays.
    /// </summary>
    public static int RaiseLockedMemory(ulong wantedBytes)
    {
        LimitPair limit;
        int answer = Errno.Result(NativeMethods.GetLimit(LockedMemory, &limit));
        if (answer < 0 || limit.Soft >= wantedBytes)
        {
            return answer;
        }

        limit.Soft = wantedBytes;
        limit.Hard = ulong.Max(limit.Hard, wantedBytes);
        return Errno.Result(NativeMethods.SetLimit(LockedMemory, &limit));
    }
}

/// <summary>struct rlimit; RLIM_INFINITY is the largest number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LimitPair
{
    internal ulong Soft;
    internal ulong Hard;
}
