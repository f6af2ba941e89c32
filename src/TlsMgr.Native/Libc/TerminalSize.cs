using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The size of a terminal.</summary>
public static unsafe class TerminalSize
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>The columns of a terminal; 0 when the descriptor is none, or does not know.</summary>
    public static int ColumnsOf(int descriptor)
    {
        WindowSize size = default;
        return NativeMethods.Control(descriptor, GetWindowSize, &size) == 0 ? size.Columns : 0;
    }

    /// <summary>struct winsize of the kernel.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort Width;
        internal ushort Height;
    }
}
