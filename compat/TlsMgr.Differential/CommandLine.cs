// The verbs and options of the comparison, as CommandLineParser reads them.

using CommandLine;

namespace TlsMgr.Differential;

/// <summary>The two binaries.</summary>
internal abstract class BinaryOptions
{
    [Option("tlsmgr", Required = true, MetaValue = "PATH", HelpText = "Our tlsmgr.")]
    public string TlsMgr { get; set; } = "";

    [Option("original", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH", HelpText = "The distribution's tlsmgr.")]
    public string RecordedDaemon { get; set; } = "";
}

/// <summary>Plays the table of cases.</summary>
[Verb("check", HelpText = "Play every case to both; exit 1 when they differ in what QUIRKS.md does not say.")]
internal sealed class CheckOptions : BinaryOptions
{
    [Option("only", MetaValue = "GROUP", HelpText = "One group of cases: wire, command-line, parameters, caches, life …")]
    public string? Only { get; set; }

    [Option("case", MetaValue = "TEXT", HelpText = "Cases with this text in their name.")]
    public string? Case { get; set; }

    [Option("show", HelpText = "Show what both did also where it is as it should be.")]
    public bool Show { get; set; }
}

/// <summary>Records the original.</summary>
[Verb("record", HelpText = "Play the inputs of the recordings to the distribution's tlsmgr and write down anew what it does.")]
internal sealed class RecordOptions
{
    [Option("tlsmgr", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH", HelpText = "The tlsmgr to record.")]
    public string TlsMgr { get; set; } = "";

    [Option("into", Default = "fixtures", MetaValue = "DIRECTORY", HelpText = "The directory of fixtures.")]
    public string Into { get; set; } = "";
}

/// <summary>Plays random conversations.</summary>
[Verb("fuzz", HelpText = "Have random conversations with both; exit 1 when they differ in what QUIRKS.md does not say.")]
internal sealed class FuzzOptions : BinaryOptions
{
    [Option("seed", Default = 1, MetaValue = "NUMBER", HelpText = "Chooses the conversations.")]
    public int Seed { get; set; }

    [Option("count", Default = 5000, MetaValue = "NUMBER", HelpText = "How many conversations.")]
    public int Count { get; set; }
}
