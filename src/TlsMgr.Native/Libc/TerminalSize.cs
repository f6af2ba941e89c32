using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The size of a terminal.</summary>
public static unsafe class TerminalSize
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>The columns of a terminal; 0 when the descriptor is none, or does not know.</summary>
    public static int ColumnsOf(int descriptor) => Of(descriptor).Columns;

    /// <summary>The rows of a terminal; 0 when the descriptor is none, or does not know.</summary>
    public static int RowsOf(int descriptor) => Of(descriptor).Rows;

    private static WindowSize Of(int descriptor)
    {
        WindowSize size = default;
        return NativeMethods.Control(descriptor, GetWindowSize, &size) == 0 ? size : default;
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
