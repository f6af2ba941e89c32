// What the figures were measured on, and with which versions.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The machine and the versions of a run.</summary>
internal static class Machine
{
    /// <summary>One line for each fact, as it is now.</summary>
    internal static IEnumerable<string> Describe(string binary)
    {
        string processor = File.ReadLines("/proc/cpuinfo").First(
            line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim();
        yield return $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC";
        yield return $"{processor}, {Environment.ProcessorCount} cores, Linux {Read("/proc/sys/kernel/osrelease")}";
        yield return $"load average {Read("/proc/loadavg").Split(' ')[0]} before it began: what else the machine did";
        yield return Ask("dpkg-query", "-W", "-f", "${Package} ${Version}, ", "postfix", "postfix-lmdb", "liblmdb-dev")
            .TrimEnd(',', ' ');
        string commit = Ask("git", "describe", "--always", "--dirty");
        yield return $"this daemon: commit {commit}, {new FileInfo(binary).Length} bytes";
    }

    private static string Read(string file) => File.ReadAllText(file).Trim();

    private static string Ask(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new BenchmarkException($"{program} failed");
    }
}
