using System.Linq;
using Shouldly;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Report;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class TargetsTests
{
    [Theory]
    [InlineData(Verbs.Lookup, "1.35")]
    [InlineData(Verbs.Update, "1.4")]
    [InlineData(Verbs.Delete, "1.4")]
    [InlineData(Verbs.Seed, "1.3")]
    public void A_verb_that_is_hardly_faster_than_the_baseline_misses_its_target(string slow, string factor)
    {
        Targets targets = new(ResultsBuilder.Build(
            (server, verb) => server != ResultsBuilder.Ours ? 1000 : verb == slow ? 1250 : 2000));

        Verdict[] verdicts = [.. targets.Judge().Where(
            static verdict => verdict.Figure.EndsWith("requests/s, against the baseline"))];

        verdicts.Length.ShouldBe(4);
        Verdict missed = verdicts.Where(static verdict => verdict.IsMissed).ShouldHaveSingleItem();
        missed.Figure.ShouldBe($"{slow}, requests/s, against the baseline");
        missed.Cells.ShouldBe([missed.Figure, $"at least {factor} ×", "1.25 ×", "1.25 to 1.25", "MISSED"]);
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
