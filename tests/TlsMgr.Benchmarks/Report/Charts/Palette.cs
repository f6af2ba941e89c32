using System.Collections.Generic;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report.Charts;

/// <summary>The colours, which people who see few colours can tell apart by their lightness.</summary>
internal static class Palette
{
    internal const string Background = "#ffffff";
    internal const string Text = "#24292f";
    internal const string Quiet = "#57606a";
    internal const string Grid = "#d8dee4";

    /// <summary>The servers in the order of the bars, and their colours.</summary>
    internal static IReadOnlyList<(ServerDefinition Server, string Color)> Of(Results results) =>
    [
        (ServerDefinition.Btree, "#b7bdc4"), (ServerDefinition.Lmdb, "#7d858e"), (results.Baseline, "#8fc7ef"),
        (results.Ours, "#0a5fae"), (ServerDefinition.Floor, "#e69f00"),
    ];
}
