using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct tm.</summary>
[StructLayout(LayoutKind.Sequential, Size = 56)]
internal struct TimeFields
{
    internal int Second;
    internal int Minute;
    internal int Hour;
    internal int Day;
    internal int Month;
    internal int Year;
}
