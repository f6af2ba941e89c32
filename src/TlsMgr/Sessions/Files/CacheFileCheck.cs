// Decides at the start whether a cache file may be kept, by what its first pages say: its kind, how the last process
// left it, and under which digest its sessions were stored. The file is not changed, and the rest of it is examined
// later.

using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>The result of checking a cache file.</summary>
/// <param name="MayKeep">Whether its sessions may be kept, unless an examination finds damage.</param>
/// <param name="WasClosed">Whether the previous process closed the file.</param>
/// <param name="Fault">The defect to warn about; null for none.</param>
internal readonly record struct CacheFileCheck(bool MayKeep, bool WasClosed, string? Fault)
{
    private const string WithoutState = "it lacks the record of how it was left, as a copy by mdb_copy does";

    /// <summary>Why its sessions are not to be resumed though nothing has happened to it; null for no reason.</summary>
    internal string? Distrust { get; private init; }

    /// <summary>Whether that reason is one to be mended.</summary>
    internal bool IsDistrustFault { get; private init; }

    /// <summary>The status of a file that may be kept.</summary>
    internal FileStatus Status { get; private init; }

    /// <summary>The run that left it.</summary>
    internal ulong Run { get; private init; }

    /// <summary>Whether that run was in this boot of the machine.</summary>
    internal bool IsOfThisBoot { get; private init; }

    /// <summary>Checks an open, locked file.</summary>
    internal static CacheFileCheck Of(int descriptor, CacheFileSettings settings)
    {
        LmdbFileKind kind = LmdbFile.Identify(descriptor, Encoding.UTF8.GetBytes(settings.DatabaseName));

        if (kind != LmdbFileKind.Ours || !settings.Persists || CacheState.IsOfNothing(descriptor))
        {
            return new CacheFileCheck(MayKeep: false, WasClosed: false, Describe(kind));
        }

        if (CacheState.Read(descriptor) is not { } state)
        {
            bool isOld = CacheState.IsWithoutTrust(descriptor);
            return new CacheFileCheck(MayKeep: false, WasClosed: false, isOld ? null : WithoutState)
            {
                Distrust = isOld ? TrustComparison.WithoutRecord : null,
            };
        }

        if (!state.HasAllChanges(settings.BootId) && !ReleaseMark.IsOf(descriptor, state.Run, settings.Clock))
        {
            string restart = BootIdentity.AreSame(state.BootId, settings.BootId) is null
                ? "it was in use, and whether the machine went down since cannot be told"
                : "the machine went down while it was in use";
            return new CacheFileCheck(MayKeep: false, state.IsClosed, restart);
        }

        byte[] record = CacheState.ReadTrust(descriptor);
        if (TrustComparison.FindReason(record, settings.Trust, out bool isFault) is { } reason)
        {
            return new CacheFileCheck(MayKeep: false, state.IsClosed, Fault: null)
            {
                Distrust = reason,
                IsDistrustFault = isFault,
            };
        }

        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) != 0
            || status.SizeBytes > settings.MaximumBytes)
        {
            string limit = $"it is larger than the limit of {settings.MaximumBytes} bytes";
            return new CacheFileCheck(MayKeep: false, state.IsClosed, limit);
        }

        return new CacheFileCheck(MayKeep: true, state.IsClosed, Fault: null)
        {
            Status = status,
            Run = state.Run,
            IsOfThisBoot = BootIdentity.AreSame(state.BootId, settings.BootId) == true,
        };
    }

    /// <summary>The defect of a file that was found to be of a kind; null for none.</summary>
    internal static string? Describe(LmdbFileKind kind) => kind switch
    {
        LmdbFileKind.Empty or LmdbFileKind.Ours => null,
        LmdbFileKind.Foreign => "it holds something else than TLS sessions of this version",
        LmdbFileKind.CutShort => "it was cut short",
        LmdbFileKind.Unreadable => "it cannot be read",
        _ => "it is damaged, or not an LMDB file",
    };
}
