using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The lookups per second in a cache that grows.</summary>
internal static class GrowthTable
{
    /// <summary>The heading and what is measured.</summary>
    internal static readonly string[] Description =
    [
        "## Growth of lookups",
        "",
        "Lookups per second of 16 connections at random, by the sessions of 1,500 bytes in the cache, whose file is in",
        "memory; and the same as a share of that with the fewest sessions. A quick run ends with 100,000 sessions.",
    ];

    internal static void Write(Growth growth, TextWriter output)
    {
        ServerDefinition[] builds = [.. growth.Rates.Keys];
        MarkdownTable table = new(["sessions", .. builds.SelectMany(Header)]);
        for (int i = 0; i < growth.Sessions.Count; i++)
        {
            table.Add([Growth.Text(growth.Sessions[i]), .. builds.SelectMany(build => Cells(growth.Rates[build], i))]);
        }

        table.Write(output);
    }

    private static IEnumerable<string> Header(ServerDefinition build) => [build.Name, "±", "share"];

    private static IEnumerable<string> Cells(IReadOnlyList<Series> rates, int size) =>
    [
        Format.Number(rates[size].Median, "0"), Format.Spread(rates[size]),
        Format.Number(rates[size].Median / rates[0].Median, "0.00"),
    ];
}
