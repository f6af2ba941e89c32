using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Piece
{
    internal byte* Start;
    internal nuint Length;
}
