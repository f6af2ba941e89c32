using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Documents;

/// <summary>Every target of the Makefile is in make help, and in one table of the documents.</summary>
public sealed partial class TargetTests
{
    private static readonly string[] Makefile = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "Makefile"));

    private static IEnumerable<string> Targets =>
        Makefile.Select(line => Target().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["name"].Value);

    [Fact]
    public void Every_target_has_one_row()
    {
        Targets.Count().ShouldBeGreaterThan(15);
        Document.All.SelectMany(document => document.Rows)
            .Select(row => row[0].Trim('`')).Where(cell => cell.StartsWith("make ", StringComparison.Ordinal))
            .Select(cell => cell["make ".Length..]).Order()
            .ShouldBe(Targets.Order());
    }

    [Fact]
    public void Every_target_is_in_the_help() =>
        Makefile.Where(line => Target().IsMatch(line) && !line.Contains(" ## ", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [GeneratedRegex("^(?<name>[a-z][a-z0-9-]*):( |$)")]
    private static partial Regex Target();
}
