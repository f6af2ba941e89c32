using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct timex of the C library; all zero: reads only.</summary>
[StructLayout(LayoutKind.Sequential, Size = 208)]
internal struct ClockAdjustment
{
    internal uint Modes;
}
