namespace TlsMgr.Native.Seccomp;

/// <summary>The verdict on a system call: the kernel's return values of a filter.</summary>
public enum FilterVerdict : uint
{
    /// <summary>The process is killed: the daemon makes no system calls of another architecture.</summary>
    Kill = 0x80000000,

    /// <summary>It fails with EPERM and is recorded in the kernel's audit log.</summary>
    Refuse = 0x00050001,

    /// <summary>It fails with ENOSYS, as in an old kernel, so that the C library uses its fallback.</summary>
    Unknown = 0x00050026,

    /// <summary>
    /// <see cref="SystemCallFilter.WaitForViolation"/> reports the first such call. It and all later ones fail with
    /// ENOSYS and are recorded in the kernel's audit log.
    /// </summary>
    RefuseAndReport = 0x7fc00000,

    /// <summary>No verdict of the kernel: the next rule decides, which may be one of the same call.</summary>
    NextRule = 1,

    /// <summary>It is executed.</summary>
    Allow = 0x7fff0000,
}
