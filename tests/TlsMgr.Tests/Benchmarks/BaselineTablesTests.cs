using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Report;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class BaselineTablesTests
{
    [Fact]
    public void Every_verb_and_number_of_connections_has_a_row_of_ratios()
    {
        string[] rows = Write(hasMillion: false);

        foreach (string verb in Verbs.All)
        {
            foreach (int connections in Throughput.ConnectionCounts)
            {
                string row = rows.Single(row => row.StartsWith($"| {verb,-9} | {connections,-11} |"));
                row.ShouldContain(verb == Verbs.Mix ? "1.20 (1.20 to 1.20)" : "1.00 (1.00 to 1.00)");
            }
        }
    }

    [Fact]
    public void Figures_of_the_same_rounds_have_a_range_and_others_a_ratio_of_medians()
    {
        string[] rows = Write(hasMillion: true);

        Row("start to first reply, ms").ShouldEndWith("| 1.00 (1.00 to 1.00) |");
        Row("anonymous memory busy, MB").ShouldEndWith("| 1.00                |");
        Row("slowest request beside a sweep, ms").ShouldContain("| 8.0        | 4.0              | 2.00  ");

        string Row(string figure) => rows.Single(row => row.StartsWith($"| {figure} "));
    }

    [Fact]
    public void A_figure_that_the_run_left_out_has_no_row()
    {
        Write(hasMillion: false).ShouldNotContain(static row => row.Contains("sweep"));
        Write(hasMillion: false).ShouldNotContain(static row => row.StartsWith("| delete, system calls"));
    }

    private static string[] Write(bool hasMillion)
    {
        using StringWriter output = new();
        Results results = ResultsBuilder.Build(
            static (server, verb) => server == ResultsBuilder.Ours && verb == Verbs.Mix ? 1200 : 1000, hasMillion);
        new BaselineTables(results, output).Write();
        return output.ToString().Split('\n');
    }
}
