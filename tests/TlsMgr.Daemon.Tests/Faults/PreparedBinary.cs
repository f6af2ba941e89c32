using System;
using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// The published binary under conditions that are set before it starts: a shell script that master starts in its place,
/// and that executes the daemon under the same process id.
/// </summary>
internal sealed class PreparedBinary : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-prepared-");

    private PreparedBinary(Func<DirectoryInfo, string> preparation)
    {
        File.WriteAllText(Path, $"#!/bin/sh\n{preparation(_directory)}\nexec '{PublishedBinary.Path}' \"$@\"\n");
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    internal string Path => System.IO.Path.Combine(_directory.FullName, "tlsmgr");

    /// <summary>The binary with a library of tests/TlsMgr.Daemon.Tests/Shims preloaded.</summary>
    internal static PreparedBinary WithFault(string name) => new(directory =>
    {
        string source = System.IO.Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Shims", $"{name}.c");
        string library = System.IO.Path.Combine(directory.FullName, $"{name}.so");
        using System.Diagnostics.Process compiler = System.Diagnostics.Process.Start(
            new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-o", library, source]))!;
        compiler.WaitForExit();
        compiler.ExitCode.ShouldBe(0, $"cc {source}");
        return $"export LD_PRELOAD='{library}'";
    });

    /// <summary>The binary, started after a line of shell.</summary>
    internal static PreparedBinary After(string command) => new(_ => command);

    public void Dispose() => _directory.Delete(recursive: true);
}
