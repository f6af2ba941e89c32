using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class FigureTreeTests
{
    private static readonly FigureTree Figures = new(
    [
        new("uptime.seconds", 7), new("requests.seed", 1), new("seeds", 2), new("requests.lookup", 4),
        new("cache.smtpd.lookups", 4), new("cache.smtpd.hits", 1), new("cache.smtp.lookups", 0),
        new("cachets", 3),
    ]);

    [Fact]
    public void Caches_and_groups_have_the_order_of_the_figures()
    {
        Figures.Caches.ShouldBe(["smtpd", "smtp"]);
        Figures.Groups.ShouldBe(["uptime", "requests", "seeds", "cachets"]);
    }

    [Fact]
    public void A_group_has_its_figures_without_its_name()
    {
        Figures.Group("requests").ShouldBe([new("seed", 1), new("lookup", 4)]);
        Figures.Group("seeds").ShouldBe([new KeyValuePair<string, long>("", 2)]);
        Figures.Group("request").ShouldBeEmpty();
        Figures.Cache("smtpd").ShouldBe([new("lookups", 4), new("hits", 1)]);
        Figures.Cache("smt").ShouldBeEmpty();
    }

    [Fact]
    public void The_hit_ratio_is_the_share_of_lookups_that_found_a_session()
    {
        Figures.HitRatio("smtpd").ShouldBe(0.25);
        Figures.HitRatio("smtp").ShouldBeNull();
        Figures.HitRatio("lmtp").ShouldBeNull();
    }

    [Fact]
    public void Without_figures_there_are_no_groups() =>
        new FigureTree([]).Groups.Concat(new FigureTree([]).Caches).ShouldBeEmpty();
}
