// What the figures were measured on, and with which versions.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

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
        byte[] bytes = File.ReadAllBytes(binary);
        yield return $"this daemon: {binary}, {Framework(bytes)}, {bytes.Length} bytes, made "
            + $"{File.GetLastWriteTimeUtc(binary):yyyy-MM-dd HH:mm} UTC, "
            + $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}…";
        yield return $"work tree: commit {Ask("git", "describe", "--always", "--dirty")}";
        yield return $"load and floor: {Ask("clang", "--version").Split('\n')[0]}, -O2";
        yield return $"nice {Niceness()}: servers, load and this program";
    }

    /// <summary>What the compiler wrote into the binary: its own name for the framework.</summary>
    private static string Framework(byte[] binary)
    {
        ReadOnlySpan<byte> name = ".NETCoreApp,Version=v"u8;
        int start = binary.AsSpan().IndexOf(name);
        return start < 0
            ? throw new BenchmarkException("the binary does not say which framework it was made with")
            : ".NET " + Encoding.ASCII.GetString(binary.AsSpan(start + name.Length, "10.0".Length))
                .TrimEnd('\0', '\u0001');
    }

    /// <summary>The nineteenth field of the process's state; the second, in brackets, may have spaces.</summary>
    private static string Niceness()
    {
        string state = Read("/proc/self/stat");
        return state[(state.LastIndexOf(')') + 2)..].Split(' ')[16];
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
