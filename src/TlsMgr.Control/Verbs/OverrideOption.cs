// CommandLineParser gives a repeatable option every word up to the next option, and so the names behind its value, too.
// -o takes one value each time, as with getopt(3). Invariant: no other word changes.

using System;
using System.Collections.Generic;

namespace TlsMgr.Control.Verbs;

/// <summary>The option <c>-o name=value</c> of every verb that reads main.cf.</summary>
internal static class OverrideOption
{
    /// <summary>
    /// The separator to declare for the option: the parser reads a value that holds one as a list, and no word behind
    /// it. The list has an empty item behind the last separator, to be dropped.
    /// </summary>
    internal const char Separator = '\n';

    private const string Name = "-o";
    private const string EndOfOptions = "--";

    /// <summary>Returns the command line with a separator behind each value of the option.</summary>
    internal static IEnumerable<string> Terminate(IEnumerable<string> arguments)
    {
        bool isValue = false;
        bool isEnd = false;
        foreach (string argument in arguments)
        {
            isEnd |= !isValue && argument == EndOfOptions;
            bool isOption = !isValue && !isEnd && argument.StartsWith(Name, StringComparison.Ordinal);
            bool holdsValue = isOption && argument.Length > Name.Length;
            yield return isValue || holdsValue ? argument + Separator : argument;
            isValue = isOption && !holdsValue;
        }
    }
}
