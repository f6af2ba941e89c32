using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Architecture;

/// <summary>Every recording documents its origin and is used by a test.</summary>
public sealed class FixtureTests
{
    private static readonly string[] Recordings = ["sessions", "wire", "config"];

    public static TheoryData<string> Files => new(
        Recordings.SelectMany(folder => Directory.GetFiles(RepositoryRoot.Fixture(folder), "*.txt"))
            .Select(path => Path.GetRelativePath(RepositoryRoot.Fixture(), path)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_recording_has_version_command_and_date(string file)
    {
        IEnumerable<string> comments = File.ReadLines(RepositoryRoot.Fixture(file)).TakeWhile(FixtureFile.IsComment);

        foreach (string mark in (string[])["# Postfix version 3.", "# command: ", "# date: 20"])
        {
            comments.Count(line => line.StartsWith(mark, StringComparison.Ordinal)).ShouldBe(1, mark);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_recording_is_read_by_a_test(string file)
    {
        string name = Path.GetFileName(file);
        IEnumerable<string> sources = Directory.EnumerateFiles(
            Path.Combine(RepositoryRoot.Path, "tests"), "*Tests.cs", SearchOption.AllDirectories);

        (name.StartsWith("postfix-3.", StringComparison.Ordinal)
            || sources.Any(source => File.ReadAllText(source).Contains(name, StringComparison.Ordinal))).ShouldBeTrue();
    }
}
