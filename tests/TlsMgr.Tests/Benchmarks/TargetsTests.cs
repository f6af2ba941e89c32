using System.Linq;
using Shouldly;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Report;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class TargetsTests
{
    [Theory]
    [InlineData(Verbs.Lookup)]
    [InlineData(Verbs.Update)]
    [InlineData(Verbs.Delete)]
    [InlineData(Verbs.Seed)]
    public void A_verb_that_is_slower_than_the_baseline_misses_its_target(string slow)
    {
        Targets targets = new(ResultsBuilder.Build(
            (server, verb) => server == ResultsBuilder.Ours && verb == slow ? 940 : 1000));

        Verdict[] verdicts = [.. targets.Judge().Where(
            static verdict => verdict.Figure.EndsWith("against the baseline"))];

        verdicts.Length.ShouldBe(4);
        Verdict missed = verdicts.Where(static verdict => verdict.IsMissed).ShouldHaveSingleItem();
        missed.Figure.ShouldBe($"{slow}, requests/s, against the baseline");
        missed.Cells.ShouldBe([missed.Figure, "at least 0.95 ×", "0.94 ×", "0.94 to 0.94", "MISSED"]);
    }

    [Fact]
    public void A_figure_that_a_quick_run_leaves_out_is_neither_met_nor_missed()
    {
        Verdict verdict = new Targets(ResultsBuilder.Build(static (_, _) => 1000)).Judge()[^1];

        verdict.IsMissed.ShouldBeFalse();
        verdict.Cells.ShouldBe(
            ["slowest request of all while 1,000,000 sessions are swept", "at most 20 ms",
                "not measured in a quick run", "", ""]);
    }
}
