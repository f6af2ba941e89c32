// The options of the benchmark, as CommandLineParser reads them.

using CommandLine;

namespace TlsMgr.Benchmarks;

/// <summary>What to measure, and where to write it.</summary>
internal sealed class BenchmarkOptions
{
    [Option("tlsmgr", Required = true, MetaValue = "PATH", HelpText = "The tlsmgr binary to measure.")]
    public string TlsMgr { get; set; } = "";

    [Option("report", MetaValue = "PATH", HelpText = "Write the tables to this Markdown file too.")]
    public string? Report { get; set; }

    [Option("quick", HelpText = "Take less than two minutes: short rounds, and nothing that needs a million sessions.")]
    public bool Quick { get; set; }
}
