using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace TlsMgr.Control.Help;

/// <summary>The pages that <c>--help</c> and <c>help</c> print.</summary>
internal static class HelpPage
{
    /// <summary>The name of the program.</summary>
    internal const string ProgramName = "tlsmgrctl";

    /// <summary>The page of the word help.</summary>
    internal const string OfHelp = $"Usage: {ProgramName} help [VERB]\n\nShow the verbs, or how one of them is used.\n";

    /// <summary>The page of the word version.</summary>
    internal const string OfVersion =
        $"Usage: {ProgramName} version\n\nShow the version, and that of the LMDB inside.\n";

    private const int Indent = 2;
    private const int Gap = 2;

    /// <summary>Names that are longer have their text below them.</summary>
    private const int MaximumNameWidth = 24;

    /// <summary>The page of the program: a sentence for each verb.</summary>
    /// <param name="width">Columns of the terminal.</param>
    internal static string OfProgram(int width)
    {
        StringBuilder page = new($"Usage: {ProgramName} VERB [OPTION...] [ARGUMENT...]\n\n");
        AppendText(page, "Checks an installation of tlsmgr(8), and shows what the daemon holds and does.", 0, width);
        page.Append('\n');
        AppendEntries(page, VerbList.All.Select(static verb => new HelpEntry(verb.Name, verb.Text)), width);
        page.Append('\n');
        AppendText(
            page, $"\"{ProgramName} help VERB\" shows the arguments and options of a verb. Manual page: tlsmgrctl(1).",
            0, width);
        return page.ToString();
    }

    /// <summary>The page of a verb: its arguments and options.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="width">Columns of the terminal.</param>
    internal static string OfVerb(VerbHelp verb, int width)
    {
        StringBuilder page = new($"Usage: {Usage(verb)}\n\n");
        AppendText(page, verb.Text, 0, width);
        page.Append('\n');
        AppendEntries(page, [.. verb.Arguments, .. verb.Options], width);
        return page.ToString();
    }

    /// <summary>How a verb is called: <c>tlsmgrctl delete [OPTION...] CACHE ID</c>.</summary>
    internal static string Usage(VerbHelp verb) => string.Join(
        ' ', [ProgramName, verb.Name, "[OPTION...]", .. verb.Arguments.Select(static argument => argument.Name)]);

    private static void AppendEntries(StringBuilder page, IEnumerable<HelpEntry> entries, int width)
    {
        HelpEntry[] all = [.. entries];
        int nameWidth = all.Max(static entry => entry.Name.Length <= MaximumNameWidth ? entry.Name.Length : 0);
        int textColumn = Indent + nameWidth + Gap;
        foreach (HelpEntry entry in all)
        {
            string name = $"{new string(' ', Indent)}{entry.Name.PadRight(nameWidth + Gap)}";
            page.Append(name);
            if (name.Length > textColumn)
            {
                page.Append('\n').Append(' ', textColumn);
            }

            AppendText(page, entry.Text, textColumn, width);
        }
    }

    /// <summary>Appends a text from a column on, broken between words.</summary>
    private static void AppendText(StringBuilder page, string text, int column, int width)
    {
        int position = column;
        foreach (string word in text.Split(' '))
        {
            if (position > column && position + 1 + word.Length > width)
            {
                page.Append('\n').Append(' ', column);
                position = column;
            }

            if (position > column)
            {
                page.Append(' ');
                position++;
            }

            page.Append(word);
            position += word.Length;
        }

        page.Append('\n');
    }
}
