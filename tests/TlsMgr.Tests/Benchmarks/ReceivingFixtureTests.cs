using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

/// <summary>The recording that the benchmark plays.</summary>
public sealed partial class ReceivingFixtureTests
{
    [GeneratedRegex(
        @"^\d+ (seed|policy|lookup|update|delete|tktkey) (smtpd|-) \d{1,4} \d{1,3} \d{1,5} (TLSv1\.[23]|-)$")]
    private static partial Regex Request { get; }

    [Fact]
    public void It_holds_verbs_and_sizes_and_nothing_that_could_be_a_secret()
    {
        List<string> requests = Requests();

        requests.Count.ShouldBeGreaterThan(500);
        requests.ShouldAllBe(static line => Request.IsMatch(line));
    }

    [Fact]
    public void Several_processes_store_more_sessions_than_they_look_up()
    {
        List<string[]> requests = [.. Requests().Select(static line => line.Split(' '))];

        requests.Select(static fields => fields[0]).Distinct().Count().ShouldBeGreaterThan(5);
        requests.Count(static fields => fields[1] == "update" && fields[6] == "TLSv1.3")
            .ShouldBeGreaterThan(requests.Count(static fields => fields[1] == "lookup"));
    }

    private static List<string> Requests() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot.Path, "fixtures", "receiving", "postfix-3.7.txt"))
            .Where(static line => !line.StartsWith('#')),
    ];
}
