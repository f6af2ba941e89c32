using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Shouldly;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Report;
using TlsMgr.Benchmarks.Report.Charts;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class ChartTests
{
    private static readonly string[] Quantities =
        ["x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r"];

    [Fact]
    public void Every_verb_of_every_server_has_a_bar_of_throughput_and_of_processor_time_and_a_dot_of_latency()
    {
        XElement chart = Draw();

        foreach (string verb in Verbs.All)
        {
            Titles(chart, "rect", $"{ResultsBuilder.Ours.Name}, {verb}: ").ShouldBe(2, verb);
            Titles(chart, "circle", $"{ResultsBuilder.Baseline.Name}, {verb}: ").ShouldBe(1, verb);
        }

        Titles(chart, "rect", "floor, lookup: ").ShouldBe(2);
        Titles(chart, "rect", "floor, update: ").ShouldBe(0);
    }

    [Fact]
    public void A_bar_of_twice_the_value_is_twice_as_high()
    {
        XElement chart = Draw();

        double once = Height("C btree, seed: ");
        Height("this build, seed: ").ShouldBe(2 * once, 0.2);
        once.ShouldBeGreaterThan(10);

        double Height(string title) => double.Parse(
            chart.Descendants().First(element => element.Name.LocalName == "rect"
                && element.Value.StartsWith(title, StringComparison.Ordinal)).Attribute("height")!.Value,
            CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Sizes_of_the_growing_cache_are_names_and_each_build_has_a_line_to_the_last()
    {
        XElement chart = Draw();

        Texts(chart).ShouldContain("1,000");
        Texts(chart).ShouldContain("1,000,000");
        Elements(chart, "polyline").Select(static line => line.Attribute("points")!.Value.Split(' ').Length)
            .ShouldBe([2, 2]);
    }

    [Fact]
    public void Title_units_servers_and_source_can_be_read_and_lie_in_the_picture()
    {
        XElement chart = Draw();

        string[] texts = Texts(chart);
        texts.ShouldContain("Throughput, thousand requests/s");
        texts.ShouldContain("Latency, µs, logarithmic");
        texts.ShouldContain("CPU of the server, µs per request");
        texts.ShouldContain("this build");
        texts.ShouldContain("here & <now>");
        double width = double.Parse(chart.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        foreach (XAttribute quantity in chart.Descendants().Attributes()
            .Where(static attribute => Quantities.Contains(attribute.Name.LocalName)))
        {
            double.Parse(quantity.Value, CultureInfo.InvariantCulture).ShouldBeInRange(0, width);
        }
    }

    [Fact]
    public void A_run_without_a_growing_cache_has_no_line() =>
        Elements(Parse(new Chart(ResultsBuilder.Build(static (_, _) => 1000), "")), "polyline").ShouldBeEmpty();

    [Fact]
    public void The_table_of_growth_compares_with_the_smallest_cache()
    {
        using StringWriter output = new();

        GrowthTable.Write(ResultsBuilder.Growth, output);

        output.ToString().Split('\n').ShouldContain(
            "| 1,000,000 | 1500       | 0 % | 0.75  | 1000             | 0 % | 0.50  |");
    }

    [Fact]
    public void The_table_of_the_recorded_mix_has_the_ratio_to_each_daemon()
    {
        using StringWriter output = new();

        ReceivingTable.Write(
            ResultsBuilder.Build(static (server, _) => server == ResultsBuilder.Ours ? 3000 : 1000), output);

        string[] rows = output.ToString().Split('\n');
        rows.Count(static row => row.Contains("3.00 (3.00 to 3.00)", StringComparison.Ordinal)).ShouldBe(3);
        rows.ShouldContain(static row => row.StartsWith("| 128 connections | 3.00 ", StringComparison.Ordinal));
    }

    private static XElement Parse(Chart chart) => XElement.Parse(chart.Draw().ToString());

    private static XElement Draw() => Parse(new Chart(
        ResultsBuilder.Build(static (server, _) => server == ResultsBuilder.Ours ? 100_000 : 50_000) with
        {
            Growth = ResultsBuilder.Growth,
        },
        "here & <now>"));

    private static XElement[] Elements(XElement chart, string name) =>
        [.. chart.Descendants().Where(element => element.Name.LocalName == name)];

    private static string[] Texts(XElement chart) => [.. Elements(chart, "text").Select(static text => text.Value)];

    private static int Titles(XElement chart, string element, string title) =>
        Elements(chart, element).Count(found => found.Value.StartsWith(title, StringComparison.Ordinal));
}
