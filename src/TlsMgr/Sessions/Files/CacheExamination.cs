// Decides whether the sessions in a cache file can be used, by reading the file before LMDB maps it: a damaged map
// would crash the process. The file is not changed.

using System;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>The result of examining a cache file.</summary>
/// <param name="IsWhole">Whether the file can be used.</param>
/// <param name="WasClosed">Whether the previous process closed the file.</param>
/// <param name="Fault">The defect to warn about; null for none.</param>
internal readonly record struct CacheExamination(bool IsWhole, bool WasClosed, string? Fault)
{
    /// <summary>Why its sessions are not to be resumed though nothing has happened to it; null for no reason.</summary>
    internal string? Distrust { get; private init; }

    /// <summary>Whether that reason is one to be mended.</summary>
    internal bool IsDistrustFault { get; private init; }

    /// <summary>Examines an open, locked file.</summary>
    internal static CacheExamination Of(int descriptor, CacheFileSettings settings, ExaminationTime time)
    {
        LmdbFileKind kind = LmdbFile.Identify(
            descriptor, Encoding.UTF8.GetBytes(settings.DatabaseName));

        // Without a state it was left by a daemon that was told to keep nothing.
        if (kind != LmdbFileKind.Ours || !settings.Persists || CacheState.Read(descriptor) is not { } state)
        {
            return new CacheExamination(IsWhole: false, WasClosed: false, Describe(kind))
            {
                Distrust = kind == LmdbFileKind.Ours && settings.Persists && CacheState.IsWithoutTrust(descriptor)
                    ? TrustComparison.WithoutRecord
                    : null,
            };
        }

        if (!state.IsWhole(settings.BootId) && !ReleaseMark.IsOf(descriptor, state.Run, settings.Clock))
        {
            string restart = BootIdentity.AreSame(state.BootId, settings.BootId) is null
                ? "it was in use, and whether the machine went down since cannot be told"
                : "the machine went down while it was in use";
            return new CacheExamination(IsWhole: false, state.IsClosed, restart);
        }

        byte[] record = CacheState.ReadTrust(descriptor);
        if (TrustComparison.FindReason(record, settings.Trust, out bool isFault) is { } reason)
        {
            return new CacheExamination(IsWhole: false, state.IsClosed, Fault: null)
            {
                Distrust = reason,
                IsDistrustFault = isFault,
            };
        }

        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) != 0
            || status.SizeBytes > settings.MaximumBytes)
        {
            string limit = $"it is larger than the limit of {settings.MaximumBytes} bytes";
            return new CacheExamination(IsWhole: false, state.IsClosed, limit);
        }

        kind = time.Examine(descriptor);
        return new CacheExamination(kind == LmdbFileKind.Ours, state.IsClosed, Describe(kind));
    }

    private static string? Describe(LmdbFileKind kind) => kind switch
    {
        LmdbFileKind.Empty or LmdbFileKind.Ours => null,
        LmdbFileKind.Foreign => "it holds something else than TLS sessions of this version",
        LmdbFileKind.CutShort => "it was cut short",
        LmdbFileKind.Unreadable => "it cannot be read",
        LmdbFileKind.TooLong =>
            $"examining the caches takes more than {CacheFileLimits.ExaminationSeconds} s",
        _ => "it is damaged, or not an LMDB file",
    };
}

/// <summary>The time limit for examining files, for all caches together: no client is served meanwhile.</summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class ExaminationTime(TimeProvider clock)
{
    private TimeSpan _spent;

    /// <summary>Examines an open, locked file; stops when the time is over.</summary>
    internal LmdbFileKind Examine(int descriptor)
    {
        long start = clock.GetTimestamp();
        LmdbFileKind kind = LmdbFile.Examine(
            descriptor,
            () => (_spent + clock.GetElapsedTime(start)).TotalSeconds > CacheFileLimits.ExaminationSeconds);
        _spent += clock.GetElapsedTime(start);
        return kind;
    }
}
