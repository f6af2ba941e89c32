using CommandLine;

namespace TlsMgr.Benchmarks;

/// <summary>The command line: the build to measure, the length of the run, the report.</summary>
internal sealed class BenchmarkOptions
{
    [Option("tlsmgr", Required = true, MetaValue = "PATH", HelpText = "The tlsmgr binary to measure.")]
    public string TlsMgr { get; set; } = "";

    [Option("report", MetaValue = "PATH",
        HelpText = "Also write the tables to this Markdown file, and the chart beside it.")]
    public string? Report { get; set; }

    [Option("quick", HelpText = "A short run: fewer and shorter rounds, and no cache of a million sessions.")]
    public bool Quick { get; set; }

    [Option("starts", HelpText = "Instead: only the starts with the sessions of the previous process. A minute.")]
    public bool Starts { get; set; }

    [Option("scale", MetaValue = "PAIRS",
        HelpText = "Instead: so many pairs of tlsmgr and tlspool with one server, under a load that grows. Two minutes.")]
    public int Scale { get; set; }

    [Option("minutes", HelpText = "With --scale: the same load for so long, with a line each minute.")]
    public int Minutes { get; set; }

    [Option("rate", Default = 250, HelpText = "With --minutes: sessions stored a second, and as many looked up.")]
    public int Rate { get; set; }
}
