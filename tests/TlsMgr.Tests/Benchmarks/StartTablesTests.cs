using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Report;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class StartTablesTests
{
    [Theory]
    [InlineData(12, false)]
    [InlineData(12.1, true)]
    public void A_start_with_sessions_may_take_a_tenth_and_a_millisecond_longer(double milliseconds, bool isMissed)
    {
        Starts starts = new(ResultsBuilder.StartOf(10), [ResultsBuilder.StartOf(milliseconds)]);

        StartTables.Judge(starts).First().IsMissed.ShouldBe(isMissed);
        StartTables.Judge(starts).Last().IsMissed.ShouldBeFalse("it finds its sessions in 1.5 times the time of reading");
    }

    [Fact]
    public void The_last_of_the_first_replies_is_judged()
    {
        new FirstReplies(Seed: 1, Key: 3, Policy: 2).Last.ShouldBe(3);
    }

    [Fact]
    public void The_table_has_a_row_without_caches_and_one_for_each_kind_of_start()
    {
        using StringWriter output = new();
        StartTables.Write(new Starts(ResultsBuilder.StartOf(10), [ResultsBuilder.StartOf(12)]), output);

        output.ToString().ShouldContain("| caches | 0  | 12.0");
        output.ToString().Split('\n').Count(static line => line.StartsWith('|')).ShouldBe(4);
    }
}
