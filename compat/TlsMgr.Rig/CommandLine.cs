// The verbs and options of the rig, declared for CommandLineParser.

using System.Collections.Generic;
using CommandLine;

namespace TlsMgr.Rig;

/// <summary>The option that run and check share.</summary>
internal abstract class CommonOptions
{
    [Option("tlsmgr", Required = true, MetaValue = "PATH", HelpText = "The tlsmgr binary to put under master(8).")]
    public string TlsMgr { get; set; } = "";
}

/// <summary>Options of run, which shows what happened in tables.</summary>
[Verb("run", HelpText = "Run all scenarios and show what happened.")]
internal sealed class RunOptions : CommonOptions
{
    [Option("keep", HelpText = "Leave both Postfix instances running and print how to use and stop them.")]
    public bool Keep { get; set; }
}

/// <summary>Options of check, which runs the scenarios as named checks.</summary>
[Verb("check", HelpText = "Run all scenarios, reload and stop as named checks; exit 1 when one failed.")]
internal sealed class CheckOptions : CommonOptions;

/// <summary>Options of trust, which changes the configuration between two connections.</summary>
[Verb("trust", HelpText = "Change what is trusted, reload, and check which stored sessions are resumed.")]
internal sealed class TrustOptions : CommonOptions
{
    [Option("original", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH",
        HelpText = "The distribution's tlsmgr, for comparison.")]
    public string Original { get; set; } = "";

    [Option("brief", HelpText = "Some of the cases, and without the comparison.")]
    public bool Brief { get; set; }

    [Option("only", Default = "", MetaValue = "TEXT", HelpText = "The cases whose names contain this text.")]
    public string Only { get; set; } = "";
}

/// <summary>Options of doctor, which breaks an installation and applies the remedies of tlsmgrctl doctor.</summary>
[Verb("doctor", HelpText = "Break an installation, run tlsmgrctl doctor, apply its remedies, and check the result.")]
internal sealed class DoctorOptions : CommonOptions
{
    [Option("brief", HelpText = "Some of the cases.")]
    public bool Brief { get; set; }

    [Option("only", Default = "", MetaValue = "TEXT", HelpText = "The cases whose names contain this text.")]
    public string Only { get; set; } = "";
}

/// <summary>Options of pool, which starts hosts that share ticket keys.</summary>
[Verb("pool", HelpText = "Start hosts that share ticket keys, and check which tickets are resumed where.")]
internal sealed class PoolOptions : CommonOptions
{
    [Option("brief", HelpText = "Some of the checks.")]
    public bool Brief { get; set; }

    [Option("only", Default = "", MetaValue = "PART", HelpText = "One part of the checks: hosts, clients or theft.")]
    public string Only { get; set; } = "";

    [Option("exim", Default = "artifacts/exim", MetaValue = "DIRECTORY",
        HelpText = "Where compat/exim.sh unpacked Exim; without --brief.")]
    public string Exim { get; set; } = "";

    [Option("show", HelpText = "Show a table, host by host, and check nothing else.")]
    public bool Show { get; set; }

    [Option("roots", Separator = ',', MetaValue = "DIRECTORIES",
        HelpText = "Root directories with releases of Postfix: one host in each, and which tickets they share.")]
    public IEnumerable<string> Roots { get; set; } = [];

    [Option("clock", Default = "", MetaValue = "PATH", HelpText = "The compiled clock.c; without it clang compiles it.")]
    public string Clock { get; set; } = "";
}

/// <summary>Options of sharing, which starts hosts that share sessions through a server.</summary>
[Verb("sharing", HelpText = "Start hosts that share sessions through a server, and check what is resumed where.")]
internal sealed class SharingOptions : CommonOptions
{
    [Option("brief", HelpText = "Some of the checks, with Redis alone.")]
    public bool Brief { get; set; }

    [Option("only", Default = "", MetaValue = "PART",
        HelpText = "Parts of the checks, with commas: hosts, warm, withdrawn, entries, faults, servers.")]
    public string Only { get; set; } = "";

    [Option("row", Default = "", MetaValue = "REGEX", HelpText = "Of the faults, those whose name matches.")]
    public string Row { get; set; } = "";

    [Option("store", Default = "", MetaValue = "REGEX",
        HelpText = "Of the servers beside Redis, those whose name matches, as: valkey, 3 Sentinels.")]
    public string Store { get; set; } = "";

    [Option("show", HelpText = "Show a table, host by host, and check nothing else.")]
    public bool Show { get; set; }

    [Option("valkey", Default = "artifacts/valkey", MetaValue = "DIRECTORY",
        HelpText = "Where compat/valkey.sh unpacked Valkey; without --brief.")]
    public string Valkey { get; set; } = "";
}

/// <summary>Options of record, which writes the traffic of real clients to fixtures.</summary>
[Verb("record", HelpText = "Record the traffic of Postfix's programs with the distribution's tlsmgr.")]
internal sealed class RecordOptions
{
    [Option("tlsmgr", Default = "/usr/lib/postfix/sbin/tlsmgr", MetaValue = "PATH", HelpText = "The tlsmgr to record.")]
    public string TlsMgr { get; set; } = "";

    [Option("into", Default = "fixtures", MetaValue = "DIRECTORY", HelpText = "The directory of fixtures.")]
    public string Into { get; set; } = "";

    [Option("only", Default = "", MetaValue = "PART", HelpText = "One part: sessions or receiving.")]
    public string Only { get; set; } = "";
}
