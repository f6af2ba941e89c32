using System;
using System.IO;
using System.Linq;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Live;

/// <summary>
/// The second screen of a terminal, without a cursor. Invariant: the first screen and the cursor come back by
/// <see cref="Dispose"/>, however the verb ends.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string ToTop = "\e[H";
    private const string ClearLine = "\e[2K";
    private const string ClearBelow = "\e[J";

    private readonly TextWriter _output;

    /// <summary>Switches to the second screen.</summary>
    /// <param name="output">The terminal.</param>
    internal LiveScreen(TextWriter output)
    {
        _output = output;
        _output.Write(Enter);
    }

    /// <summary>Shows a text in place of the one before; its last lines are left out where the screen ends.</summary>
    /// <param name="text">Lines that are ended by line feeds.</param>
    /// <param name="rows">The rows of the terminal.</param>
    internal void Show(string text, int rows)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        _output.Write(
            ToTop + string.Join("\r\n", lines.Take(rows).Select(static line => ClearLine + line)) + ClearBelow);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _output.Write(Leave);
        }
        catch (UnwritableException)
        {
            // The terminal is gone: there is nothing to restore.
        }
    }
}
