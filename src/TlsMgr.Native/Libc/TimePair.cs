using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimePair
{
    internal long Seconds;
    internal long Nanoseconds;
}
