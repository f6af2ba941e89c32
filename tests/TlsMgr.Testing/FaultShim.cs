// Faults of the system for a daemon that runs: a library of tests/TlsMgr.Daemon.Tests/Shims, loaded before the C library, and its switch.
// The product knows nothing of it and has no switch of its own.

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.MemoryMappedFiles;

namespace TlsMgr.Testing;

/// <summary>One fault, at first switched off. Compiling it needs clang, as publishing does.</summary>
public sealed class FaultShim : IDisposable
{
    private const int SwitchBytes = 4096;
    private const int FailedOffset = sizeof(uint);
    private const int TimeOfDayOffset = 2 * sizeof(uint);
    private const int MonotonicOffset = TimeOfDayOffset + sizeof(long);
    private const UnixFileMode ForEverybody = (UnixFileMode)0b110_110_110;

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
        File.SetUnixFileMode(SwitchFile, ForEverybody);
        _switches = MemoryMappedFile.CreateFromFile(SwitchFile, FileMode.Open);
        _view = _switches.CreateViewAccessor(0, SwitchBytes);
    }

    /// <summary>Whether calls fail from now on.</summary>
    public bool IsOn
    {
        get => _view.ReadUInt32(0) != 0;
        set => _view.Write(0, value ? 1u : 0u);
    }

    /// <summary>How many calls have failed.</summary>
    public long FailedCalls => _view.ReadUInt32(FailedOffset);

    /// <summary>How far ahead of the real one the time of day is, with the fault <c>clock</c>; negative: behind.</summary>
    public TimeSpan TimeOfDayShift
    {
        get => TimeSpan.FromSeconds(_view.ReadInt64(TimeOfDayOffset));
        set => _view.Write(TimeOfDayOffset, (long)value.TotalSeconds);
    }

    /// <summary>How far ahead the clock is that nobody sets, with the fault <c>clock</c>.</summary>
    public TimeSpan MonotonicShift
    {
        get => TimeSpan.FromSeconds(_view.ReadInt64(MonotonicOffset));
        set => _view.Write(MonotonicOffset, (long)value.TotalSeconds);
    }

    /// <summary>What starts a program with the shim, in front of the program and its arguments.</summary>
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
