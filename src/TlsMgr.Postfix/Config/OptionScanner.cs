using System.Collections.Generic;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Scans the options of a command line up to the first positional argument or <c>--</c>, as getopt(3) in its POSIX
/// form: letters may be combined, a value is attached or follows, and arguments are not reordered.
/// </summary>
/// <param name="arguments">The command line without the program's name.</param>
/// <param name="flags">The letters of options without a value.</param>
/// <param name="valued">The letters of options with a value.</param>
internal sealed class OptionScanner(IReadOnlyList<string> arguments, string flags, string valued)
{
    private int _column;

    /// <summary>
    /// The index of the argument that is scanned next; after the last option, of the first positional argument.
    /// </summary>
    internal int Position { get; private set; }

    /// <summary>The letter of the current option.</summary>
    internal char Letter { get; private set; }

    /// <summary>The value of the current option; empty for a flag.</summary>
    internal string Value { get; private set; } = "";

    /// <summary>Whether the letter is unknown or its value is missing.</summary>
    internal bool IsInvalid { get; private set; }

    /// <summary>Moves to the next option. False when there are no more.</summary>
    internal bool Next()
    {
        if (_column == 0 && !BeginArgument())
        {
            return false;
        }

        string argument = arguments[Position];
        Letter = argument[_column++];
        Value = "";
        IsInvalid = false;
        if (valued.Contains(Letter))
        {
            TakeValue(argument);
            return true;
        }

        IsInvalid = !flags.Contains(Letter);
        if (_column == argument.Length)
        {
            NextArgument();
        }

        return true;
    }

    private bool BeginArgument()
    {
        if (Position == arguments.Count || arguments[Position].Length < 2 || arguments[Position][0] != '-')
        {
            return false;
        }

        if (arguments[Position] == "--")
        {
            Position++;
            return false;
        }

        _column = 1;
        return true;
    }

    private void TakeValue(string argument)
    {
        string attached = argument[_column..];
        NextArgument();
        if (attached.Length > 0)
        {
            Value = attached;
        }
        else if (Position < arguments.Count)
        {
            Value = arguments[Position];
            NextArgument();
        }
        else
        {
            IsInvalid = true;
        }
    }

    private void NextArgument()
    {
        Position++;
        _column = 0;
    }
}
