using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>Files of recordings: comment lines with version, command and date, then the recorded lines.</summary>
public static class FixtureFile
{
    private const string Comment = "# ";

    /// <summary>The comment lines of a recording that is made now.</summary>
    /// <param name="version">The Postfix version.</param>
    /// <param name="what">The content of the recording, and its format.</param>
    public static IEnumerable<string> Header(string version, params string[] what) =>
    [
        $"# Postfix version {version}",
        "# command: make record",
        string.Create(CultureInfo.InvariantCulture, $"# date: {DateTime.UtcNow:yyyy-MM-dd}"),
        .. what.Select(line => Comment + line),
    ];

    /// <summary>The lines that are not comments.</summary>
    public static IEnumerable<string> ReadLines(string path) => File.ReadLines(path).Where(line => !IsComment(line));

    /// <summary>Whether a line of a recording is a comment.</summary>
    public static bool IsComment(string line) => line.StartsWith(Comment, StringComparison.Ordinal);
}
