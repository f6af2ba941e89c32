using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Documents;

/// <summary>What a document refers to exists.</summary>
public sealed partial class LinkTests
{
    /// <summary>The folder of pages that has an index of its own.</summary>
    private const string Tasks = "docs/tasks";

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it()
    {
        Document.All.SelectMany(document => document.Links).Count(IsRelative).ShouldBeGreaterThan(50);
        Document.All.SelectMany(document => document.Links.Where(IsRelative)
                .Where(link => !Resolves(document, link)).Select(link => $"{document.Name}: {link}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_path_in_backquotes_exists()
    {
        IEnumerable<(string Document, string Path)> paths = [.. Document.All.SelectMany(document =>
            document.Quotations.Where(text => SourcePath().IsMatch(text)).Select(text => (document.Name, text)))];

        paths.Count().ShouldBeGreaterThan(30);
        paths.Where(one => !Path.Exists(Path.Combine(RepositoryRoot.Path, one.Path)))
            .Select(one => $"{one.Document}: {one.Path}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_page_of_docs_is_reached_from_the_readme()
    {
        HashSet<string> reached =
        [
            .. Document.Read("README.md").Links,
            .. Document.Read($"{Tasks}/README.md").Links.Select(link => $"{Tasks}/{link}"),
        ];

        Document.All.Where(document => document.Name.StartsWith("docs/", StringComparison.Ordinal))
            .Where(document => !reached.Contains(document.Name)).Select(document => document.Name)
            .ShouldBeEmpty();
    }

    private static bool IsRelative(string link) => !link.Contains("://", StringComparison.Ordinal);

    private static bool Resolves(Document document, string link)
    {
        string[] parts = link.Split('#', 2);
        string folder = Path.GetDirectoryName(Path.Combine(RepositoryRoot.Path, document.Name))!;
        string target = parts[0].Length == 0
            ? Path.Combine(RepositoryRoot.Path, document.Name)
            : Path.GetFullPath(Path.Combine(folder, parts[0]));
        return target.StartsWith(RepositoryRoot.Path, StringComparison.Ordinal)
            && Path.Exists(target)
            && (parts.Length == 1
                || Document.Read(Path.GetRelativePath(RepositoryRoot.Path, target)).Anchors.Contains(parts[1]));
    }

    /// <summary>A path without placeholders and arguments.</summary>
    [GeneratedRegex(@"^(src|tests|compat|docs|fixtures|findings)/[\w./-]*$(?<!NAME\.sh)")]
    private static partial Regex SourcePath();
}
