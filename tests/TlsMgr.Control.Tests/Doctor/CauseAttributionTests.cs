using System.Linq;
using Shouldly;
using TlsMgr.Control.Doctor;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>One cause, one fault; its consequences stand below it.</summary>
public sealed class CauseAttributionTests
{
    private static readonly Finding Line = new("master.cf", Verdict.Fault, "a bad line")
    {
        Causes = Effects.Stopped | Effects.Silent,
    };

    private static readonly Finding Stopped = new("reply", Verdict.Fault, "Postfix is not running")
    {
        Causes = Effects.Silent,
        Observes = Effects.Stopped,
    };

    private static readonly Finding Log = new("log", Verdict.Fault, "no postlogd")
    {
        Observes = Effects.Stopped | Effects.Silent,
    };

    [Fact]
    public void A_fault_alone_stays() => Describe(Stopped).ShouldBe(["Postfix is not running"]);

    [Fact]
    public void What_another_fault_causes_is_its_consequence_wherever_it_stands()
    {
        Describe(Line, Stopped).ShouldBe(["a bad line > Postfix is not running"]);
        Describe(Log, Stopped).ShouldBe(["Postfix is not running > no postlogd"]);
    }

    [Fact]
    public void The_consequences_of_a_consequence_stand_below_the_first_cause() =>
        Describe(Log, Stopped, Line).ShouldBe(["a bad line > no postlogd > Postfix is not running"]);

    [Fact]
    public void What_is_not_at_fault_causes_nothing() =>
        Describe(Line with { Verdict = Verdict.Note }, Stopped).ShouldBe(["a bad line", "Postfix is not running"]);

    [Fact]
    public void What_is_not_caused_stays_a_fault() =>
        Describe(Line, Stopped with { Observes = Effects.Control }).Length.ShouldBe(2);

    private static string[] Describe(params Finding[] findings) =>
    [
        .. CauseAttribution.Apply(findings)
            .Select(static finding => string.Join(" > ", [finding.Text, .. finding.Consequences])),
    ];
}
