// getopt(3) as POSIX has it: one option letter after the other, values attached or following, no reordering.
// Must never know what a letter means, and never throw.

using System.Collections.Generic;

namespace TlsMgr.Postfix.Config;

/// <summary>Walks over the options of a command line, up to the first positional argument or <c>--</c>.</summary>
/// <param name="arguments">The command line without the program's name.</param>
/// <param name="flags">The letters of options without a value.</param>
/// <param name="valued">The letters of options with a value.</param>
internal sealed class OptionScanner(IReadOnlyList<string> arguments, string flags, string valued)
{
    private int _column;

    /// <summary>Index of the argument that is read next; at the end, of the first positional argument.</summary>
    internal int Position { get; private set; }

    /// <summary>The letter found last.</summary>
    internal char Letter { get; private set; }

    /// <summary>The value of that option; empty for a flag.</summary>
    internal string Value { get; private set; } = "";

    /// <summary>Whether that letter is unknown, or its value is missing.</summary>
    internal bool IsInvalid { get; private set; }

    /// <summary>Goes to the next option. False when there are no more.</summary>
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
