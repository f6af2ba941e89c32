// The verbs and options of the differential test, declared for CommandLineParser.

using CommandLine;

namespace TlsMgr.Differential;

/// <summary>The paths of the two binaries.</summary>
internal abstract class BinaryOptions
{
    [Option("tlsmgr", Required = true, MetaValue = "PATH", HelpText = "Our tlsmgr.")]
    public string TlsMgr { get; set; } = "";

    [Option("original", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH", HelpText = "The distribution's tlsmgr.")]
    public string PostfixTlsMgr { get; set; } = "";
}

/// <summary>Options of check, which runs the table of cases.</summary>
[Verb("check", HelpText = "Run every case on both; exit 1 on a difference without a row in QUIRKS.md.")]
internal sealed class CheckOptions : BinaryOptions
{
    [Option("only", MetaValue = "GROUP", HelpText = "One group of cases: wire, command-line, parameters, caches, life …")]
    public string? Only { get; set; }

    [Option("case", MetaValue = "TEXT", HelpText = "Only cases with this text in their name.")]
    public string? Case { get; set; }

    [Option("show", HelpText = "Show what both did also for cases that pass.")]
    public bool Show { get; set; }
}

/// <summary>Options of record, which records the distribution's tlsmgr.</summary>
[Verb("record", HelpText = "Run the inputs of the recordings on the distribution's tlsmgr and record anew what it does.")]
internal sealed class RecordOptions
{
    [Option("tlsmgr", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH", HelpText = "The tlsmgr to record.")]
    public string TlsMgr { get; set; } = "";

    [Option("into", Default = "fixtures", MetaValue = "DIRECTORY", HelpText = "The directory of fixtures.")]
    public string Into { get; set; } = "";
}

/// <summary>Options of fuzz, which runs random conversations.</summary>
[Verb("fuzz", HelpText = "Run random conversations with both; exit 1 on a difference without a row in QUIRKS.md.")]
internal sealed class FuzzOptions : BinaryOptions
{
    [Option("seed", Default = 1, MetaValue = "NUMBER", HelpText = "Chooses the conversations.")]
    public int Seed { get; set; }

    [Option("count", Default = 5000, MetaValue = "NUMBER", HelpText = "How many conversations.")]
    public int Count { get; set; }
}
