using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>The terminal of standard output.</summary>
internal static class Terminal
{
    private const int MinimumColumns = 40;
    private const int DefaultColumns = 80;
    private const int MaximumColumns = 200;

    /// <summary>The columns to write, 40 to 200: those of the terminal; 80 when the output is no terminal.</summary>
    internal static int Columns => TerminalSize.ColumnsOf(StandardDescriptors.Output) is > 0 and var columns
        ? int.Clamp(columns, MinimumColumns, MaximumColumns)
        : DefaultColumns;

    /// <summary>
    /// To be called before the parser of command lines is created: it asks .NET for the width of the console, which
    /// switches the terminal's keypad to application mode by an escape sequence, unless it knows no sequence.
    /// </summary>
    internal static void ForbidEscapes() => Environment.SetEnvironmentVariable("TERM", "dumb");
}
