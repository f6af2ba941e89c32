// Whether the sessions in a cache file can be used: decided by reading, before LMDB maps the file, since a damaged one
// would end the process. Must never change the file.

using System;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions.Files;

/// <summary>What was found in a cache file.</summary>
/// <param name="IsWhole">Whether it can be used.</param>
/// <param name="WasClosed">Whether the process before us ended in order.</param>
/// <param name="Fault">What should not have happened to it; null for nothing.</param>
internal readonly record struct CacheExamination(bool IsWhole, bool WasClosed, string? Fault)
{
    /// <summary>Examines an open, locked file.</summary>
    internal static CacheExamination Of(int descriptor, CacheFileSettings settings, ExaminationTime time)
    {
        LightningFileKind kind = LightningFile.Identify(
            descriptor, Encoding.UTF8.GetBytes(settings.DatabaseName));

        // Without a state it was left by a daemon that was told to keep nothing.
        if (kind != LightningFileKind.Ours || !settings.Persists || CacheState.Read(descriptor) is not { } state)
        {
            return new CacheExamination(IsWhole: false, WasClosed: false, Describe(kind));
        }

        if (!state.IsWhole(settings.BootId))
        {
            return new CacheExamination(IsWhole: false, state.IsClosed, "the machine went down while it was in use");
        }

        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) != 0
            || status.SizeBytes > settings.MaximumBytes)
        {
            string limit = $"it is larger than the limit of {settings.MaximumBytes} bytes";
            return new CacheExamination(IsWhole: false, state.IsClosed, limit);
        }

        kind = time.Examine(descriptor);
        return new CacheExamination(kind == LightningFileKind.Ours, state.IsClosed, Describe(kind));
    }

    private static string? Describe(LightningFileKind kind) => kind switch
    {
        LightningFileKind.Empty or LightningFileKind.Ours => null,
        LightningFileKind.Foreign => "it holds something else than TLS sessions of this version",
        LightningFileKind.CutShort => "it was cut short",
        LightningFileKind.Unreadable => "it cannot be read",
        LightningFileKind.TooLong =>
            $"examining the caches takes more than {CacheFileLimits.ExaminationSeconds} s",
        _ => "it is damaged, or not an LMDB file",
    };
}

/// <summary>The time that examining files may take, all caches together: nobody is served meanwhile.</summary>
/// <param name="clock">Its monotonic clock.</param>
internal sealed class ExaminationTime(TimeProvider clock)
{
    private TimeSpan _spent;

    /// <summary>Examines an open, locked file; gives up when the time is over.</summary>
    internal LightningFileKind Examine(int descriptor)
    {
        long start = clock.GetTimestamp();
        LightningFileKind kind = LightningFile.Examine(
            descriptor,
            () => (_spent + clock.GetElapsedTime(start)).TotalSeconds > CacheFileLimits.ExaminationSeconds);
        _spent += clock.GetElapsedTime(start);
        return kind;
    }
}
