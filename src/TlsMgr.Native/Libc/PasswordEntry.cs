using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct passwd of the C library.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PasswordEntry
{
    internal byte* Name;
    internal byte* Password;
    internal uint UserId;
    internal uint GroupId;
    internal byte* Comment;
    internal byte* Directory;
    internal byte* Shell;
}
