// Limits that the kernel sets to this process (getrlimit(2)). Must never be lowered here: that is the administrator's.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Resource limits of this process.</summary>
public static unsafe class ResourceLimit
{
    private const int LockedMemory = 8;

    /// <summary>
    /// Raises RLIMIT_MEMLOCK to a number of bytes; without privileges, as far as its hard limit lets it. What cannot be
    /// had is done without.
    /// </summary>
    public static void RaiseLockedMemory(ulong wantedBytes)
    {
        LimitPair limit;
        if (NativeMethods.GetLimit(LockedMemory, &limit) < 0 || limit.Soft >= wantedBytes)
        {
            return;
        }

        LimitPair raised = new() { Soft = wantedBytes, Hard = ulong.Max(limit.Hard, wantedBytes) };
        if (NativeMethods.SetLimit(LockedMemory, &raised) < 0)
        {
            limit.Soft = ulong.Min(limit.Hard, wantedBytes);
            NativeMethods.SetLimit(LockedMemory, &limit);
        }
    }
}

/// <summary>struct rlimit; RLIM_INFINITY is the largest number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LimitPair
{
    internal ulong Soft;
    internal ulong Hard;
}
