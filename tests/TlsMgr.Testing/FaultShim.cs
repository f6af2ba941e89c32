// The fault is injected by a library of tests/TlsMgr.Daemon.Tests/Shims, preloaded before the C library; the product
// has no code for it.

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.MemoryMappedFiles;

namespace TlsMgr.Testing;

/// <summary>
/// A fault of the system that a test switches on and off while a daemon runs; off at first. Needs clang.
/// </summary>
public sealed class FaultShim : IDisposable
{
    private const int SwitchBytes = 4096;
    private const int FailedOffset = sizeof(uint);
    private const int TimeOfDayOffset = 2 * sizeof(uint);
    private const int MonotonicOffset = TimeOfDayOffset + sizeof(long);
    private const UnixFileMode ReadWriteForAll = (UnixFileMode)0b110_110_110;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-fault-").FullName;
    private readonly MemoryMappedFile _switches;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _library;

    /// <summary>Compiles <c>tests/TlsMgr.Daemon.Tests/Shims/NAME.c</c>.</summary>
    public FaultShim(string name)
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        _library = Path.Combine(_directory, $"{name}.so");
        string source = Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Shims", $"{name}.c");
        CommandOutput compiler = CommandOutput.Of(
            "/usr/bin/clang", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", _library, source);
        if (compiler.Status != 0)
        {
            throw new InvalidOperationException(compiler.Errors);
        }

        File.WriteAllBytes(SwitchFile, new byte[SwitchBytes]);
        File.SetUnixFileMode(SwitchFile, ReadWriteForAll);
        _switches = MemoryMappedFile.CreateFromFile(SwitchFile, FileMode.Open);
        _view = _switches.CreateViewAccessor(0, SwitchBytes);
    }

    /// <summary>Whether calls fail.</summary>
    public bool IsOn
    {
        get => _view.ReadUInt32(0) != 0;
        set => _view.Write(0, value ? 1u : 0u);
    }

    /// <summary>The number of calls that have failed.</summary>
    public long FailedCalls => _view.ReadUInt32(FailedOffset);

    /// <summary>
    /// With the fault <c>clock</c>: how far the time of day is ahead, in whole seconds; negative: behind.
    /// </summary>
    public TimeSpan TimeOfDayShift
    {
        get => TimeSpan.FromSeconds(_view.ReadInt64(TimeOfDayOffset));
        set => _view.Write(TimeOfDayOffset, (long)value.TotalSeconds);
    }

    /// <summary>With the fault <c>clock</c>: how far the monotonic clock is ahead, in whole seconds.</summary>
    public TimeSpan MonotonicShift
    {
        get => TimeSpan.FromSeconds(_view.ReadInt64(MonotonicOffset));
        set => _view.Write(MonotonicOffset, (long)value.TotalSeconds);
    }

    /// <summary>The command prefix that starts a program with the shim.</summary>
    public IReadOnlyList<string> Runner =>
        ["/usr/bin/env", $"LD_PRELOAD={_library}", $"FAULT_SWITCHES={SwitchFile}"];

    private string SwitchFile => Path.Combine(_directory, "switches");

    public void Dispose()
    {
        _view.Dispose();
        _switches.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
