// Limits that the kernel sets to this process (getrlimit(2)). What cannot be had is done without. Must never be lowered
// here: that is the administrator's.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Resource limits of this process.</summary>
public static class ResourceLimit
{
    private const int Descriptors = 7;
    private const int LockedMemory = 8;

    /// <summary>Raises RLIMIT_NOFILE, how many descriptors may be open, to its hard limit.</summary>
    public static void RaiseDescriptors() => Raise(Descriptors, ulong.MaxValue);

    /// <summary>
    /// Raises RLIMIT_MEMLOCK to a number of bytes; without privileges, as far as its hard limit lets it.
    /// </summary>
    public static void RaiseLockedMemory(ulong wantedBytes)
    {
        if (NativeMethods.GetLimit(LockedMemory, out LimitPair limit) < 0)
        {
            return;
        }

        LimitPair raised = limit with { Hard = ulong.Max(limit.Hard, wantedBytes) };
        NativeMethods.SetLimit(LockedMemory, raised);
        Raise(LockedMemory, wantedBytes);
    }

    private static void Raise(int resource, ulong wanted)
    {
        if (NativeMethods.GetLimit(resource, out LimitPair limit) == 0 && limit.Soft < wanted)
        {
            NativeMethods.SetLimit(resource, limit with { Soft = ulong.Min(limit.Hard, wanted) });
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
