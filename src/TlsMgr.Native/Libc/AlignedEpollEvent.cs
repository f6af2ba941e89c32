using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The same of arm64, where it is not packed.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct AlignedEpollEvent
{
    [FieldOffset(0)] internal EpollEvents Events;
    [FieldOffset(8)] internal ulong Token;
}
