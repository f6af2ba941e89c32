using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>The terminal of standard output.</summary>
internal static class Terminal
{
    private const int MinimumColumns = 40;
    private const int DefaultColumns = 80;
    private const int MaximumColumns = 200;
    private const string Variable = "TERM";
    private const string Dumb = "dumb";

    /// <summary>The terminal's type as the user's environment has it.</summary>
    private static string? Type { get; set; }

    /// <summary>The columns to write, 40 to 200: those of the terminal; 80 when the output is no terminal.</summary>
    internal static int Columns => TerminalSize.ColumnsOf(StandardDescriptors.Output) is > 0 and var columns
        ? int.Clamp(columns, MinimumColumns, MaximumColumns)
        : DefaultColumns;

    /// <summary>
    /// The columns for lines that programs read, too: those of the terminal, and no limit when the output is none.
    /// </summary>
    internal static int LineColumns =>
        TerminalSize.ColumnsOf(StandardDescriptors.Output) > 0 ? Columns : int.MaxValue;

    /// <summary>The rows of the terminal; 0 when the output is no terminal.</summary>
    internal static int Rows => TerminalSize.RowsOf(StandardDescriptors.Output);

    /// <summary>
    /// Whether standard output is a terminal that knows escape sequences. The verb top alone writes some.
    /// </summary>
    internal static bool KnowsEscapes => Type is { Length: > 0 } and not Dumb && !Console.IsOutputRedirected;

    /// <summary>Whether the user wants colors, by the convention of NO_COLOR.</summary>
    internal static bool HasColors => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>
    /// To be called before the parser of command lines is created: it asks .NET for the width of the console, which
    /// switches the terminal's keypad to application mode by an escape sequence, unless it knows no sequence.
    /// </summary>
    internal static void ForbidEscapes()
    {
        Type = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, Dumb);
    }
}
