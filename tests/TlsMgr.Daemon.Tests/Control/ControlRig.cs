using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>An installation without fault, its daemon running, and tlsmgrctl to ask about it.</summary>
internal sealed partial class ControlRig : IDisposable
{
    private const string OriginalMaster = "/usr/lib/postfix/sbin/master";

    private const UnixFileMode ForEverybody = (UnixFileMode)0b110_110_110;

    private readonly string[] _healthy;

    internal ControlRig(params string[] daemonOptions)
    {
        Directories = new DaemonDirectories();
        string daemons = Directory.CreateDirectory(Path.Combine(Directories.Root, "libexec")).FullName;
        File.CreateSymbolicLink(Path.Combine(daemons, "tlsmgr-net"), PublishedBinary.Path);
        File.CreateSymbolicLink(Path.Combine(daemons, "master"), OriginalMaster);
        _healthy =
        [
            $"daemon_directory = {daemons}",
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        ];
        Configure();
        Daemon = new RunningDaemon(Directories, daemonOptions);

        // As master(8) makes them.
        Directories.Own(Path.GetDirectoryName(Directories.ServiceSocket)!);
        File.SetUnixFileMode(Directories.ServiceSocket, ForEverybody);
    }

    internal DaemonDirectories Directories { get; }

    internal RunningDaemon Daemon { get; }

    internal string MasterCf => Path.Combine(Directories.Config, "master.cf");

    private string MainCf => Path.Combine(Directories.Config, "main.cf");

    /// <summary>Writes main.cf and master.cf anew, without fault but for these lines of main.cf.</summary>
    internal void Configure(params string[] mainCfLines)
    {
        HashSet<string> changed = [.. mainCfLines.Select(Name)];
        Directories.WriteMainCf(_healthy);
        string[] unchanged = [.. File.ReadLines(MainCf).Where(line => !changed.Contains(Name(line)))];
        File.WriteAllLines(MainCf, [.. unchanged, .. mainCfLines]);
        File.WriteAllText(MasterCf, "# comment\ntlsmgr    unix  -       -       y\n  1000?   1       tlsmgr-net -v\n");
    }

    /// <summary>Writes master.cf anew, with these lines alone.</summary>
    internal void WriteEntry(string lines) => File.WriteAllText(MasterCf, $"{lines}\n");

    /// <summary>Runs a verb; in the output what differs from run to run is masked.</summary>
    internal CommandOutput Run(string verb, params string[] arguments)
    {
        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, [verb, "-c", Directories.Config, .. arguments]);
        return output with { Output = Mask(output.Output), Errors = Mask(output.Errors) };
    }

    /// <summary>
    /// Compares with <c>tests/TlsMgr.Daemon.Tests/Control/Approved/NAME.approved.EXTENSION</c>; on a difference leaves what was said beside it.
    /// </summary>
    internal static void ShouldBeApproved(string said, string name)
    {
        string file = Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Control", "Approved", name);
        string approved = File.ReadAllText(file);
        string received = file.Replace(".approved.", ".received.", StringComparison.Ordinal);
        if (said != approved)
        {
            File.WriteAllText(received, said);
        }

        said.ShouldBe(approved, received);
    }

    /// <summary>The text without what differs from run to run.</summary>
    internal string Mask(string text)
    {
        text = text.Replace(Directories.Root, "ROOT", StringComparison.Ordinal);
        text = Regex.Replace(text, $"(?<=(to|by|than|chown|-R|-o) ){Regex.Escape(Directories.Owner)}", "OWNER");
        text = Regex.Replace(text, $"(?<=: ){Regex.Escape(Directories.Owner)}(?= may )", "OWNER");
        text = Seed().Replace(text, "SEED");
        text = Process().Replace(text, "N");
        text = HostPart().Replace(text, "\"host\": {}");
        text = Measure().Replace(text, "N");
        text = Release().Replace(text, "RELEASE");
        return BenchRow().Replace(text, "  N  N  N ms  N ms  N ms");
    }

    public void Dispose() => Daemon.Dispose();

    private static string Name(string line) => line.Split(' ')[0];

    [GeneratedRegex(@"(?<=seed("": ""|  +))[0-9a-f]{32}")]
    private static partial Regex Seed();

    [GeneratedRegex("(?<=process |since )[0-9][0-9: -]*[0-9]")]
    private static partial Regex Process();

    [GeneratedRegex(@"""host"": \{[^}]*\}")]
    private static partial Regex HostPart();

    [GeneratedRegex(@"(?<=milliseconds("":)? +|took |per_second"": |count"": )[0-9.]+")]
    private static partial Regex Measure();

    [GeneratedRegex("(?<=(Postfix here is|clients of Postfix) )[0-9.]*[0-9]")]
    private static partial Regex Release();

    [GeneratedRegex(@"(?<=^(seed|policy|lookup))( +[0-9]+){2}( +[0-9.]+ ms){3}$", RegexOptions.Multiline)]
    private static partial Regex BenchRow();
}
