using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct rlimit; RLIM_INFINITY is the largest number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LimitPair
{
    internal ulong Soft;
    internal ulong Hard;
}
