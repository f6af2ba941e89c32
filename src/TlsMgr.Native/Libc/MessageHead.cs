using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct msghdr: a message of several pieces to the connected peer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct MessageHead
{
    [FieldOffset(16)] internal Piece* Pieces;
    [FieldOffset(24)] internal nuint PieceCount;
}
