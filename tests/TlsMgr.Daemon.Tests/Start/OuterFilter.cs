using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>
/// A seccomp filter around a program, as container engines install one: <c>outer-filter.c</c>, compiled for the tests.
/// </summary>
internal sealed class OuterFilter : IDisposable
{
    /// <summary>The error of a call that is refused.</summary>
    internal const int NotPermitted = 1;

    /// <summary>The error of a call that the kernel does not have.</summary>
    internal const int NotImplemented = 38;

    /// <summary>In an error's place: whoever makes the call is killed (SIGSYS).</summary>
    internal const int Kills = -1;

    private const string Compiler = "/usr/bin/clang";
    private const string NumberPrefix = "#define __NR_";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-filter-");
    private readonly Dictionary<string, string> _numbers;

    internal OuterFilter()
    {
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_101_101);
        Compile("-O1", "-Wall", "-Wextra", "-Werror", "-o", Program,
            Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Start", "outer-filter.c"));
        string[] names = Compile("-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null");
        _numbers = names.Where(line => line.StartsWith(NumberPrefix, StringComparison.Ordinal))
            .Select(line => line[NumberPrefix.Length..].Split(' ')).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private string Program => Path.Combine(_directory.FullName, "outer-filter");

    /// <summary>What starts a program under the filter, in front of the program and its arguments.</summary>
    /// <param name="verdicts">System calls by name, and the error of each or <see cref="Kills"/>.</param>
    internal IReadOnlyList<string> Around(params IEnumerable<(string Call, int Error)> verdicts) =>
        [Program, .. verdicts.Select(verdict => $"{_numbers[verdict.Call]}={verdict.Error}"), "--"];

    public void Dispose() => _directory.Delete(recursive: true);

    private static string[] Compile(params string[] arguments)
    {
        CommandOutput output = CommandOutput.Of(Compiler, arguments);
        return output.Status == 0 ? output.Lines : throw new InvalidOperationException(output.Errors);
    }
}
