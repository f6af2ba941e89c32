// A Markdown page of the repository, as far as tests look at it: links, headings, rows of tables, code blocks.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Testing;

namespace TlsMgr.Tests.Documents;

/// <summary>One page.</summary>
internal sealed partial class Document
{
    private static readonly string[] Foreign = [".git", "artifacts", "dist"];

    private readonly string[] _prose;

    private Document(string name, string[] lines)
    {
        Name = name;
        Lines = lines;
        _prose = [.. WithoutCode(lines)];
    }

    /// <summary>All pages of the repository.</summary>
    internal static IEnumerable<Document> All { get; } =
        [.. Folders(new DirectoryInfo(RepositoryRoot.Path))
            .SelectMany(folder => folder.EnumerateFiles("*.md"))
            .Select(file => Read(Path.GetRelativePath(RepositoryRoot.Path, file.FullName)))];

    /// <summary>The path from the root of the repository.</summary>
    internal string Name { get; }

    /// <summary>All lines.</summary>
    internal string[] Lines { get; }

    /// <summary>The targets of the links.</summary>
    internal IEnumerable<string> Links =>
        _prose.SelectMany(line => Link().Matches(line)).Select(match => match.Groups[1].Value);

    /// <summary>What stands in backquotes outside of code blocks.</summary>
    internal IEnumerable<string> Quotations =>
        _prose.SelectMany(line => Quotation().Matches(line)).Select(match => match.Groups[1].Value);

    /// <summary>The anchors of the headings, as GitHub makes them.</summary>
    internal IEnumerable<string> Anchors =>
        _prose.Where(line => line.StartsWith('#')).Select(line => AnchorOf(line.TrimStart('#').Trim()));

    /// <summary>The rows of all tables, as cells.</summary>
    internal IEnumerable<string[]> Rows =>
        _prose.Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray());

    /// <summary>The lines of the code blocks, without their indentation.</summary>
    internal IEnumerable<string> Code =>
        Lines.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]);

    /// <summary>Reads the page of that name.</summary>
    internal static Document Read(string name) =>
        new(name, File.ReadAllLines(Path.Combine(RepositoryRoot.Path, name)));

    private static IEnumerable<DirectoryInfo> Folders(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(one => !Foreign.Contains(one.Name)).SelectMany(Folders).Prepend(folder);

    private static IEnumerable<string> WithoutCode(string[] lines)
    {
        bool isFenced = false;
        foreach (string line in lines)
        {
            bool isFence = line.StartsWith("```", StringComparison.Ordinal);
            isFenced ^= isFence;
            if (!isFenced && !isFence && !line.StartsWith("    ", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    private static string AnchorOf(string heading) =>
        NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\[[^\]]+\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quotation();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
