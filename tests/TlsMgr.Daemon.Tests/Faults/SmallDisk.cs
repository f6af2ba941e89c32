using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A tmpfs of limited size; unmounted lazily at the end, even when it is still in use.</summary>
internal sealed class SmallDisk : IDisposable
{
    internal SmallDisk(string size) =>
        Run("/usr/bin/mount", "-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", Path);

    /// <summary>The mount point.</summary>
    internal string Path { get; } = Directory.CreateTempSubdirectory("tlsmgr-disk-").FullName;

    /// <summary>Enlarges the file system to a size.</summary>
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
