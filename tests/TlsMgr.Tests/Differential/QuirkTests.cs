using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Differential;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Differential.Fuzz;
using TlsMgr.Differential.Quirks;
using Xunit;

namespace TlsMgr.Tests.Differential;

public sealed class QuirkTests
{
    private const string Row = "| `stuck-client` | theirs | ours | why | `QuirkTests` |";
    private const string Theirs = "pf/tlsmgr: warning: unexpected end-of-input from tlsmgr socket while reading input attribute name";
    private const string Ours = "pf/tlsmgr: warning: timeout on tlsmgr socket while reading input attribute name";

    private static readonly SideCase Plain = new("wire", "x", _ => { });
    private static readonly SideCase Quirky = new("wire", "y", _ => { }, "stuck-client");

    [Fact]
    public void Every_row_of_the_file_is_shown_and_every_named_row_is_there()
    {
        QuirkBook.Check(File.ReadLines(QuirkTable.Path), CaseTable.All()).Where(one => one.Fault is not null).ShouldBeEmpty();
        string[] ids = [.. QuirkTable.Read(File.ReadLines(QuirkTable.Path)).Select(row => row.Id)];
        ids.ShouldBeUnique();
        Judge.Quirks.ShouldBeSubsetOf(ids);
    }

    [Fact]
    public void A_row_that_nothing_shows_is_a_fault()
    {
        string row = Row.Replace("`QuirkTests`", "nothing", System.StringComparison.Ordinal);

        QuirkBook.Check([row], [Plain]).First().Fault.ShouldBe("no case has it, and it names no test");
        QuirkBook.Check([Row.Replace("QuirkTests", "NoSuchTests", System.StringComparison.Ordinal)], [Plain]).First().Fault
            .ShouldBe("there is no test NoSuchTests");
        QuirkBook.Check([row], [Quirky]).First().Fault.ShouldBeNull();
    }

    [Fact]
    public void An_id_without_a_row_is_a_fault() =>
        QuirkBook.Check([], [Quirky]).Select(one => one.Name).ShouldContain("stuck-client has a row");

    [Fact]
    public void Only_the_written_difference_passes()
    {
        Observation theirs = new(["left open"], [Theirs]);
        Observation ours = new(["left open"], [Ours]);

        new Verdict(Plain, theirs, theirs).Outcome.ShouldBe(Outcome.Same);
        new Verdict(Plain, theirs, ours).Outcome.ShouldBe(Outcome.Differs);
        new Verdict(Quirky, theirs, ours).Outcome.ShouldBe(Outcome.DiffersAsWritten);
        new Verdict(Quirky, theirs, theirs).Outcome.ShouldBe(Outcome.NoLongerDiffers);
        new Verdict(Quirky, theirs, ours with { Events = ["closed"] }).Outcome.ShouldBe(Outcome.Differs);
        new Verdict(Quirky, theirs, ours with { Log = [Ours, "pf/tlsmgr: warning: more"] }).Outcome.ShouldBe(Outcome.Differs);
    }
}
