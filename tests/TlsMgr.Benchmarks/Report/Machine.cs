using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The machine of a run and the versions of what is installed on it.</summary>
internal static class Machine
{
    /// <summary>One line for each fact, at the time of the call.</summary>
    internal static IEnumerable<string> Describe()
    {
        string processor = File.ReadLines("/proc/cpuinfo").First(
            line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim();
        yield return $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC";
        yield return $"{processor}, {Environment.ProcessorCount} cores, Linux {Read("/proc/sys/kernel/osrelease")}";
        yield return $"load average {Read("/proc/loadavg").Split(' ')[0]} at the start, of other processes";
        yield return Command.Read(
            "dpkg-query", "-W", "-f", "${Package} ${Version}, ", "postfix", "postfix-lmdb", "liblmdb0")
            .TrimEnd(',', ' ');
        yield return $"work tree: commit {Command.Read("git", "describe", "--always", "--dirty")}";
        yield return $"load and floor: {Command.Read("clang", "--version").Split('\n')[0]}, -O2";
        yield return $"nice {Niceness()}: servers, load and this program";
    }

    /// <summary>Field 19 of the process's state; field 2, in brackets, may contain spaces.</summary>
    private static string Niceness()
    {
        string state = Read("/proc/self/stat");
        return state[(state.LastIndexOf(')') + 2)..].Split(' ')[16];
    }

    private static string Read(string file) => File.ReadAllText(file).Trim();
}
