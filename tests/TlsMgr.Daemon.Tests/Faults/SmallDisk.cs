using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A file system of its own, as small as a test wants it. Gone at the end, whoever still uses it.</summary>
internal sealed class SmallDisk : IDisposable
{
    internal SmallDisk(string size) =>
        Run("/usr/bin/mount", "-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", Path);

    /// <summary>Where it is.</summary>
    internal string Path { get; } = Directory.CreateTempSubdirectory("tlsmgr-disk-").FullName;

    /// <summary>Makes room.</summary>
    internal void Grow(string size) => Run("/usr/bin/mount", "-o", $"remount,size={size}", Path);

    public void Dispose()
    {
        Run("/usr/bin/umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        CommandOutput output = CommandOutput.Of(program, arguments);
        output.Status.ShouldBe(0, output.Errors);
    }
}
