using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Testing;

/// <summary>A term that a manual page defines.</summary>
/// <param name="Heading">The heading above it, without the number signs.</param>
/// <param name="Term">The text in backquotes.</param>
/// <param name="Remark">The text in parentheses after it; empty without them.</param>
public sealed record ManualEntry(string Heading, string Term, string Remark);

/// <summary>
/// The Markdown source of a manual page: the headings and definitions that tests compare with the code.
/// </summary>
public sealed partial class ManualSource
{
    private readonly string[] _lines;

    /// <summary>Reads a file below src; comments are removed.</summary>
    public ManualSource(params string[] path) => _lines = Comment().Replace(
        File.ReadAllText(Path.Combine([RepositoryRoot.Path, "src", .. path])), "").Split('\n');

    /// <summary>The second-level headings.</summary>
    public IEnumerable<string> Verbs =>
        _lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

    /// <summary>The defined terms, in order.</summary>
    /// <exception cref="FormatException">A definition's first line is not a term in backquotes.</exception>
    public IEnumerable<ManualEntry> Entries
    {
        get
        {
            string heading = "";
            for (int index = 0; index < _lines.Length - 1; index++)
            {
                heading = _lines[index].StartsWith('#') ? _lines[index].TrimStart('#', ' ') : heading;
                if (_lines[index + 1].StartsWith(": ", StringComparison.Ordinal))
                {
                    Match term = TermLine().Match(_lines[index]);
                    yield return term.Success
                        ? new(heading, term.Groups["term"].Value, term.Groups["remark"].Value)
                        : throw new FormatException($"no term: {_lines[index]}");
                }
            }
        }
    }

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^`(?<term>[^`]+)`( \((?<remark>.+)\))?$")]
    private static partial Regex TermLine();
}
