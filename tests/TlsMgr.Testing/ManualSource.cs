// The Markdown source of a manual page, as far as tests look at it: its headings and the terms that it explains.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Testing;

/// <summary>A term that the page explains.</summary>
/// <param name="Heading">The heading above it, without the number signs.</param>
/// <param name="Term">What stands in backquotes.</param>
/// <param name="Remark">What stands behind it in parentheses; empty without them.</param>
public sealed record ManualEntry(string Heading, string Term, string Remark);

/// <summary>A manual page's source.</summary>
public sealed partial class ManualSource
{
    private readonly string[] _lines;

    /// <summary>Reads a source of src; what is commented out is not there.</summary>
    public ManualSource(params string[] path) => _lines = Comment().Replace(
        File.ReadAllText(Path.Combine([RepositoryRoot.Path, "src", .. path])), "").Split('\n');

    /// <summary>The headings of the second level.</summary>
    public IEnumerable<string> Verbs =>
        _lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

    /// <summary>The terms, in their order.</summary>
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
