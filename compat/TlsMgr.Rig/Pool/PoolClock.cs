using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>The clock of one host. Programs that start with <see cref="Environment"/> read it.</summary>
internal sealed class PoolClock
{
    private const int FileBytes = 2 * sizeof(long);

    private readonly string _path;
    private readonly string _library;
    private TimeSpan _ahead;
    private TimeSpan _passed;

    internal PoolClock(string path, string library)
    {
        _path = path;
        _library = library;
        Write();
    }

    /// <summary>Assignments for env(1) and <c>import_environment</c>.</summary>
    internal string[] Environment => [$"LD_PRELOAD={_library}", $"TLSMGR_RIG_CLOCK={_path}"];

    /// <summary>By how much this host's time of day is ahead; negative: behind. In whole seconds.</summary>
    internal TimeSpan Ahead
    {
        get => _ahead;
        set
        {
            _ahead = value;
            Write();
        }
    }

    /// <summary>The time that has passed without a wait, on all clocks of the host. In whole seconds.</summary>
    internal TimeSpan Passed
    {
        get => _passed;
        set
        {
            _passed = value;
            Write();
        }
    }

    /// <summary>The host's time of day, in seconds since 1970.</summary>
    internal long UnixSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + (long)(_ahead + _passed).TotalSeconds;

    /// <summary>Makes the library that is preloaded, where every host finds it.</summary>
    /// <param name="compiled">The library, when it is compiled already; empty when clang is to do it.</param>
    /// <param name="directory">The directory of the run.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>Its path.</returns>
    internal static string Make(string compiled, string directory, CancellationToken cancellation)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Pool", "clock.c");
        string library = Path.Combine(directory, "clock.so");
        if (compiled.Length > 0)
        {
            File.Copy(compiled, library);
            return library;
        }

        Shell.Require(
            Enclosure.Need("clang", "clang"),
            ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, source], cancellation);
        return library;
    }

    private void Write()
    {
        Span<byte> content = stackalloc byte[FileBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, (long)_ahead.TotalSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(content[sizeof(long)..], (long)_passed.TotalSeconds);
        using FileStream file = new(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(content);
    }
}
