// Makes -o take one value each time, as getopt(3) has it. CommandLineParser by itself gives an option that may be
// repeated every word up to the next option, and so the names behind it too. Must never change any other word.

using System;
using System.Collections.Generic;

namespace TlsMgr.Control.Verbs;

/// <summary>The option <c>-o name=value</c> of every verb that reads main.cf.</summary>
internal static class OverrideOption
{
    /// <summary>
    /// The separator to declare for it: a value that holds one is taken as a list, and what follows is left alone.
    /// Behind the last separator the list has an empty item, to be dropped.
    /// </summary>
    internal const char Separator = '\n';

    private const string Name = "-o";
    private const string EndOfOptions = "--";

    /// <summary>The command line with a separator behind each value of the option.</summary>
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
