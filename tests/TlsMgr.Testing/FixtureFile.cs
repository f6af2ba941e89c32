// A recording's own account of itself: its first lines say what was recorded, how, and when.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>Files of recordings: lines of comment first, then what was recorded.</summary>
public static class FixtureFile
{
    private const string Comment = "# ";

    /// <summary>What comes first in a recording that is made now.</summary>
    /// <param name="version">The Postfix version.</param>
    /// <param name="what">What was recorded, and in which form.</param>
    public static IEnumerable<string> Header(string version, params string[] what) =>
    [
        $"# Postfix version {version}",
        "# command: make record",
        string.Create(CultureInfo.InvariantCulture, $"# date: {DateTime.UtcNow:yyyy-MM-dd}"),
        .. what.Select(line => Comment + line),
    ];

    /// <summary>The lines that are no comment.</summary>
    public static IEnumerable<string> ReadLines(string path) => File.ReadLines(path).Where(line => !IsComment(line));

    /// <summary>Whether a line of a recording is a comment.</summary>
    public static bool IsComment(string line) => line.StartsWith(Comment, StringComparison.Ordinal);
}
