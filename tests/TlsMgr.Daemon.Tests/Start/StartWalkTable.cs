// The table of the walk: start-walk.md beside this file, whose rows docs/compatibility.md repeats.
//   | `CALL` | EPERM, ENOSYS | this daemon | Postfix's tlsmgr | tlsmgrctl |
// One row for both errors where nothing differs.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>What one refused call leads to.</summary>
/// <param name="Call">The system call's name.</param>
/// <param name="Error">EPERM or ENOSYS.</param>
/// <param name="Ours">The outcome of this daemon.</param>
/// <param name="Original">The outcome of Postfix's tlsmgr.</param>
/// <param name="Tool">The outcome of tlsmgrctl.</param>
internal sealed record StartWalkRow(string Call, string Error, string Ours, string Original, string Tool);

/// <summary>Reads and writes the rows.</summary>
internal static class StartWalkTable
{
    /// <summary>What the dynamic loader needs, before the first instruction of ours.</summary>
    internal static readonly string[] CallsOfTheLoader =
        ["arch_prctl", "close", "execve", "mmap", "mprotect", "newfstatat", "openat", "pread64", "read"];

    private const string Both = "EPERM, ENOSYS";

    internal static readonly (string Name, int Number)[] Errors =
        [("EPERM", OuterFilter.NotPermitted), ("ENOSYS", OuterFilter.NotImplemented)];

    internal static string Path { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Start", "start-walk.md");

    /// <summary>The lines of the file.</summary>
    internal static string[] Lines => File.ReadAllLines(Path);

    /// <summary>A row for each call and error.</summary>
    internal static IReadOnlyList<StartWalkRow> Read() => [.. Lines.Where(IsRow).SelectMany(Parse)];

    /// <summary>The lines for rows.</summary>
    internal static IEnumerable<string> Format(IEnumerable<StartWalkRow> rows) => rows
        .GroupBy(row => row with { Error = Both })
        .Select(group => group.Count() == Errors.Length ? group.Key : group.Single())
        .OrderBy(row => row.Call, StringComparer.Ordinal).ThenBy(row => row.Error, StringComparer.Ordinal)
        .Select(row => $"| `{row.Call}` | {row.Error} | {row.Ours} | {row.Original} | {row.Tool} |");

    private static bool IsRow(string line) => line.StartsWith("| `", StringComparison.Ordinal);

    private static IEnumerable<StartWalkRow> Parse(string line)
    {
        string[] cells = [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
        return cells[1].Split(", ")
            .Select(error => new StartWalkRow(cells[0].Trim('`'), error, cells[2], cells[3], cells[4]));
    }
}
