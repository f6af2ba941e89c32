using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Documents;

/// <summary>What documents show is what the programs print.</summary>
public sealed partial class ExampleTests
{
    private const int ReadmeLines = 120;
    private const int ShortestFragment = 6;

    /// <summary>The approved output has these in place of a machine's names.</summary>
    private static readonly (string Shown, string Approved)[] Masks =
    [
        ("postfix stop && postfix start", "postfix reload"), ("postfix reload", "postfix -c ROOT/config reload"),
        ("/etc/postfix", "ROOT/config"), ("/usr/lib/postfix/sbin", "ROOT/libexec"),
        ("/var/spool/postfix", "ROOT/queue"), ("/var/lib/postfix", "ROOT/data"),
        ("belongs to postfix", "belongs to OWNER"), ("others than postfix", "others than OWNER"),
    ];

    private static string Approved => Path.Combine(
        RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Control", "Approved");

    [Fact]
    public void The_readme_is_short() =>
        Document.Read("README.md").Lines.Length.ShouldBeLessThanOrEqualTo(ReadmeLines);

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/tlsmgrctl.md")]
    public void The_lines_of_doctor_are_approved(string document)
    {
        HashSet<string> approved = [.. Directory.GetFiles(Approved, "doctor-*.txt").SelectMany(File.ReadLines)];
        string[] shown = [.. Document.Read(document).Code.Where(line => Finding().IsMatch(line)).Select(Mask)];

        shown.Length.ShouldBeGreaterThan(2);
        shown.Where(line => !approved.Contains(line)).ShouldBeEmpty();
    }

    [Fact]
    public void The_metrics_are_approved()
    {
        IEnumerable<string> types = File.ReadLines(Path.Combine(Approved, "control-verbs.approved.txt"))
            .Select(line => MetricType().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["name"].Value} {match.Groups["type"].Value}");

        // Those of a pool are compared in the tests of tlsmgrctl: the approved installation has none.
        Document.Read("docs/monitoring.md").Rows.Where(row => row[0].StartsWith("`tlsmgr_", StringComparison.Ordinal))
            .Where(row => !row[0].StartsWith("`tlsmgr_pool_", StringComparison.Ordinal))
            .Where(row => !row[0].StartsWith("`tlsmgr_sharing_", StringComparison.Ordinal))
            // A machine without a reason has none.
            .Where(row => row[0] != "`tlsmgr_reason_info`")
            .Select(row => $"{row[0].Trim('`')} {row[1]}").Order().ShouldBe(types.Order());
    }

    /// <summary>What stands between values in the first column must stand in a text of the source.</summary>
    [Fact]
    public void The_log_lines_of_troubleshooting_are_in_the_source()
    {
        string source = JoinedText().Replace(string.Concat(Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)), "").Replace("\\\"", "\"", StringComparison.Ordinal);
        string[] fragments = [.. Document.Read("docs/troubleshooting.md").Rows
            .SelectMany(row => Quotation().Matches(row[0])).Select(match => match.Groups[1].Value)
            .SelectMany(text => Value().Split(Severity().Replace(text, ""))).Select(text => text.Trim(' ', ':'))
            .Where(text => text.Length >= ShortestFragment)];

        fragments.Length.ShouldBeGreaterThan(30);
        fragments.Where(text => !source.Contains(text, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static string Mask(string line) => Milliseconds().Replace(
        Masks.Aggregate(line, (text, mask) => text.Replace(mask.Shown, mask.Approved, StringComparison.Ordinal)),
        "N ms");

    [GeneratedRegex("^((ok|note|fault) +[a-z]| +-> |[0-9]+ faults?$)")]
    private static partial Regex Finding();

    [GeneratedRegex(@"[0-9.]+ ms")]
    private static partial Regex Milliseconds();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<type>[a-z]+)$")]
    private static partial Regex MetricType();

    /// <summary>Where a literal ends and the next one goes on.</summary>
    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex JoinedText();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quotation();

    [GeneratedRegex("^(warning|error|fatal|panic): ")]
    private static partial Regex Severity();

    /// <summary>What the source has as a value: names, numbers, what is left out.</summary>
    [GeneratedRegex(@"…| --|\bN\b|\btlsmgr socket\b|\btlsmgr\b|\bnon-postfix\b|[0-9]+")]
    private static partial Regex Value();
}
