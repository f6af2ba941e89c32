using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Architecture;

/// <summary>The rooms (namespaces), their allowed dependencies, and the rules for every source file.</summary>
public sealed partial class RoomTests
{
    private const int MaximumFileLines = 400;
    private const int MaximumLineLength = 120;

    /// <summary>The rooms that each room may use: every room is listed, and every listed use exists.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["TlsMgr.Native.Libc"] = [],
        ["TlsMgr.Native.Lmdb"] = ["TlsMgr.Native.Libc"],
        ["TlsMgr.Native.Seccomp"] = ["TlsMgr.Native.Libc"],
        ["TlsMgr.Native.Tls"] = [],
        ["TlsMgr.Postfix.Logging"] = ["TlsMgr.Native.Libc"],
        ["TlsMgr.Postfix.Config"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Postfix.Events"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Postfix.Memory"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Postfix.Protocol"] = ["TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Memory"],
        ["TlsMgr.Postfix.Process"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Native.Seccomp", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging",
        ],
        ["TlsMgr.Postfix.Server"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Memory",
            "TlsMgr.Postfix.Process", "TlsMgr.Postfix.Protocol",
        ],
        ["TlsMgr.Statistics"] = [],
        ["TlsMgr.Trust"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Random"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Sessions.Files"] =
            ["TlsMgr.Native.Libc", "TlsMgr.Native.Lmdb", "TlsMgr.Postfix.Logging", "TlsMgr.Trust"],
        ["TlsMgr.Tickets.Pool"] = ["TlsMgr.Native.Libc"],
        ["TlsMgr.Tickets"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging", "TlsMgr.Random",
            "TlsMgr.Tickets.Pool",
        ],
        ["TlsMgr.Sessions"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Native.Lmdb", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging",
            "TlsMgr.Sessions.Files", "TlsMgr.Statistics", "TlsMgr.Trust",
        ],
        ["TlsMgr.Requests.Common"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Memory",
            "TlsMgr.Postfix.Protocol", "TlsMgr.Postfix.Server", "TlsMgr.Sessions", "TlsMgr.Statistics",
        ],
        ["TlsMgr.Sharing"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Protocol",
            "TlsMgr.Postfix.Server", "TlsMgr.Sessions", "TlsMgr.Statistics", "TlsMgr.Tickets", "TlsMgr.Tickets.Pool",
        ],
        ["TlsMgr.Requests"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Protocol",
            "TlsMgr.Random", "TlsMgr.Requests.Common", "TlsMgr.Postfix.Server", "TlsMgr.Sessions", "TlsMgr.Sharing",
            "TlsMgr.Statistics", "TlsMgr.Tickets",
        ],
        ["TlsMgr.Administration"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Native.Lmdb", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging",
            "TlsMgr.Postfix.Protocol", "TlsMgr.Postfix.Server", "TlsMgr.Requests", "TlsMgr.Requests.Common",
            "TlsMgr.Sessions", "TlsMgr.Sharing", "TlsMgr.Statistics", "TlsMgr.Tickets", "TlsMgr.Tickets.Pool",
        ],
        ["TlsMgr"] =
        [
            "TlsMgr.Administration", "TlsMgr.Native.Libc", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Events",
            "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Process", "TlsMgr.Postfix.Server", "TlsMgr.Random",
            "TlsMgr.Requests", "TlsMgr.Sessions", "TlsMgr.Sharing", "TlsMgr.Statistics", "TlsMgr.Tickets",
            "TlsMgr.Trust",
        ],
        ["TlsMgr.Postfix.Start"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Process",
        ],
        ["TlsMgr.Daemon"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Native.Lmdb", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging",
            "TlsMgr.Postfix.Memory", "TlsMgr.Postfix.Process", "TlsMgr.Postfix.Server", "TlsMgr.Postfix.Start",
        ],
        ["TlsMgr.Pool.Settings"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Pool.Connections"] = ["TlsMgr.Native.Libc", "TlsMgr.Postfix.Events", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Pool.Servers"] = ["TlsMgr.Pool.Settings"],
        ["TlsMgr.Pool.Serving"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Pool.Connections", "TlsMgr.Pool.Servers", "TlsMgr.Postfix.Events",
            "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Protocol",
        ],
        ["TlsMgr.Pool"] =
        [
            "TlsMgr.Native.Libc", "TlsMgr.Native.Seccomp", "TlsMgr.Pool.Connections", "TlsMgr.Pool.Servers",
            "TlsMgr.Pool.Serving", "TlsMgr.Pool.Settings", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Events",
            "TlsMgr.Postfix.Logging", "TlsMgr.Postfix.Process", "TlsMgr.Postfix.Start",
        ],
        ["TlsMgr.Control.Output"] = ["TlsMgr.Control.Client", "TlsMgr.Native.Libc", "TlsMgr.Postfix.Logging"],
        ["TlsMgr.Control.Setup"] =
        [
            "TlsMgr.Control.Client", "TlsMgr.Native.Libc", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging",
        ],
        ["TlsMgr.Control.Client"] =
        [
            "TlsMgr.Administration", "TlsMgr.Native.Libc", "TlsMgr.Postfix.Protocol", "TlsMgr.Postfix.Server",
            "TlsMgr.Requests", "TlsMgr.Requests.Common",
        ],
        ["TlsMgr.Control.Doctor"] =
        [
            "TlsMgr.Control.Client", "TlsMgr.Control.Output", "TlsMgr.Control.Setup", "TlsMgr.Native.Libc",
            "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging", "TlsMgr.Sessions.Files", "TlsMgr.Tickets.Pool",
            "TlsMgr.Trust",
        ],
        ["TlsMgr.Control.Pool"] =
        [
            "TlsMgr.Control.Client", "TlsMgr.Control.Doctor", "TlsMgr.Control.Output", "TlsMgr.Control.Setup",
            "TlsMgr.Native.Libc", "TlsMgr.Native.Tls", "TlsMgr.Postfix.Config", "TlsMgr.Postfix.Logging",
            "TlsMgr.Tickets.Pool",
        ],
        ["TlsMgr.Control.Live"] = ["TlsMgr.Control.Client", "TlsMgr.Control.Output"],
        ["TlsMgr.Control.Verbs"] =
        [
            "TlsMgr.Control.Client", "TlsMgr.Control.Doctor", "TlsMgr.Control.Live", "TlsMgr.Control.Output",
            "TlsMgr.Control.Pool", "TlsMgr.Control.Setup", "TlsMgr.Native.Libc", "TlsMgr.Postfix.Config",
            "TlsMgr.Postfix.Logging", "TlsMgr.Sessions.Files", "TlsMgr.Trust",
        ],
        ["TlsMgr.Control.Help"] = ["TlsMgr.Control.Output", "TlsMgr.Control.Verbs"],
        ["TlsMgr.Control"] =
        [
            "TlsMgr.Control.Client", "TlsMgr.Control.Help", "TlsMgr.Control.Output", "TlsMgr.Control.Verbs",
            "TlsMgr.Native.Lmdb", "TlsMgr.Postfix.Logging",
        ],
    };

    private static string Source => Path.Combine(RepositoryRoot.Path, "src");

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories).Order();

    [Fact]
    public void Every_room_uses_exactly_the_allowed_rooms()
    {
        List<string> violations = [];
        HashSet<(string, string)> used = [];
        foreach (string file in Files)
        {
            string text = File.ReadAllText(file);
            Match room = NamespaceLine().Match(text);
            room.Success.ShouldBeTrue($"{file} has no namespace");
            string name = room.Groups[1].Value;
            Allowed.ShouldContainKey(name);
            foreach (string other in UsingLine().Matches(text).Select(match => match.Groups[1].Value))
            {
                used.Add((name, other));
                if (!Allowed[name].Contains(other))
                {
                    violations.Add($"{Path.GetRelativePath(Source, file)}: {name} uses {other}");
                }
            }
        }

        violations.ShouldBeEmpty();
        Allowed.SelectMany(room => room.Value.Select(other => (room.Key, other))).Except(used).ShouldBeEmpty();
    }

    [Fact]
    public void No_two_rooms_depend_on_each_other()
    {
        foreach (string room in Allowed.Keys)
        {
            Reachable(room, []).ShouldNotContain(room, $"{room} depends on itself");
        }
    }

    [Fact]
    public void Every_file_has_a_head_or_summary_and_stays_small()
    {
        List<string> violations = [];
        foreach (string file in Files)
        {
            string[] lines = File.ReadAllLines(file);
            string name = Path.GetRelativePath(Source, file);
            string? first = lines.FirstOrDefault(line => line.StartsWith("//", StringComparison.Ordinal));
            if (lines[0] != first && first?.StartsWith("/// <summary>", StringComparison.Ordinal) != true)
            {
                violations.Add($"{name}: has neither a head nor a summary");
            }

            if (lines.Length > MaximumFileLines)
            {
                violations.Add($"{name}: {lines.Length} lines");
            }

            violations.AddRange(lines.Where(line => line.Length > MaximumLineLength).Select(line => $"{name}: {line}"));
        }

        violations.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_has_one_type_of_its_own_name()
    {
        Files.Select(file => (Name: Path.GetFileNameWithoutExtension(file), Types: TypeLine().Matches(File.ReadAllText(file))))
            .Where(file => file.Types.Count != 1 || file.Types[0].Groups["name"].Value != file.Name)
            .Select(file => file.Name).ShouldBeEmpty();
    }

    [Fact]
    public void A_namespace_is_the_folder_below_src()
    {
        Files.Where(file => NamespaceLine().Match(File.ReadAllText(file)).Groups[1].Value
                != Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace('/', '.'))
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_two_paths_differ_by_case_alone()
    {
        Directory.EnumerateFileSystemEntries(RepositoryRoot.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path))
            .Where(path => !path.StartsWith(".git/", StringComparison.Ordinal)
                && !path.StartsWith("artifacts/", StringComparison.Ordinal))
            .GroupBy(path => path, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .SelectMany(group => group)
            .ShouldBeEmpty();
    }

    private static HashSet<string> Reachable(string room, HashSet<string> seen)
    {
        foreach (string other in Allowed[room].Where(seen.Add))
        {
            Reachable(other, seen);
        }

        return seen;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:[a-z]+ )*(?:class|interface|enum|struct|record|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^using (TlsMgr[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
