using System.Collections.Generic;
using System.Linq;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// The arguments of a command in master.cf, parsed as master(8) does: words between blanks; text in braces is one word.
/// </summary>
internal static class MasterCfArguments
{
    /// <summary>Parses arguments; <c>{ … }</c> is one, without the braces and the blanks at its ends.</summary>
    /// <exception cref="FatalException">An argument begins with a brace that is not closed at its end.</exception>
    internal static List<string> Parse(string text)
    {
        List<string> arguments = [];
        StringBuilder word = new();
        int depth = 0;
        foreach (char character in text)
        {
            depth = DepthAfter(character, depth);
            if (depth > 0 || !MasterCfEntry.Blanks.Contains(character))
            {
                word.Append(character);
            }
            else
            {
                Add(word, arguments);
            }
        }

        Add(word, arguments);
        return arguments;
    }

    private static void Add(StringBuilder word, List<string> arguments)
    {
        if (word.Length > 0)
        {
            arguments.Add(WithoutBraces(word.ToString()));
            word.Clear();
        }
    }

    private static string WithoutBraces(string word)
    {
        if (word[0] != '{')
        {
            return word;
        }

        int end = FindEnd(word);
        return end < 0 ? throw new FatalException($"missing '}}' in \"{word}\"")
            : end < word.Length - 1 ? throw new FatalException($"syntax error after '}}' in \"{word}\"")
            : word[1..end].Trim(MasterCfFile.WhiteSpace);
    }

    /// <summary>The index of the brace that closes the first one; -1 without one.</summary>
    private static int FindEnd(string word)
    {
        int depth = 0;
        for (int index = 0; index < word.Length; index++)
        {
            depth = DepthAfter(word[index], depth);
            if (depth == 0)
            {
                return index;
            }
        }

        return -1;
    }

    private static int DepthAfter(char character, int depth) => character switch
    {
        '{' => depth + 1,
        '}' when depth > 0 => depth - 1,
        _ => depth,
    };
}
