// The values of the kernel's and the C library's interface that differ between x86-64 and arm64, except for the numbers
// of system calls (Seccomp/SystemCallNumbers.cs). Everything else in this folder and in Seccomp is the same on both:
// KernelInterfaceTests compares all of it with what a C compiler for each architecture says.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The interface of the kernel on one architecture.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="AuditArchitecture">AUDIT_ARCH_X86_64 or AUDIT_ARCH_AARCH64: what a filter sees (seccomp(2)).</param>
/// <param name="NoFollow">O_NOFOLLOW; the number of x86-64 is O_LARGEFILE on arm64, which has no effect.</param>
/// <param name="EpollEventBytes">sizeof(struct epoll_event): packed on x86-64 only.</param>
/// <param name="EpollTokenOffset">offsetof(struct epoll_event, data).</param>
/// <param name="SeccompCall">The number of seccomp(2).</param>
/// <param name="AddKeyCall">The number of add_key(2).</param>
/// <param name="KeyControlCall">The number of keyctl(2).</param>
public sealed record MachineInterface(
    Architecture Architecture, uint AuditArchitecture, int NoFollow, int EpollEventBytes, int EpollTokenOffset,
    int SeccompCall, int AddKeyCall, int KeyControlCall)
{
    /// <summary>x86-64.</summary>
    public static MachineInterface X64 { get; } = new(
        Architecture.X64, AuditArchitecture: 0xc000003e, NoFollow: 0x20000, EpollEventBytes: 12, EpollTokenOffset: 4,
        SeccompCall: 317, AddKeyCall: 248, KeyControlCall: 250);

    /// <summary>arm64 (AArch64), little endian.</summary>
    public static MachineInterface Arm64 { get; } = new(
        Architecture.Arm64, AuditArchitecture: 0xc00000b7, NoFollow: 0x8000, EpollEventBytes: 16, EpollTokenOffset: 8,
        SeccompCall: 277, AddKeyCall: 217, KeyControlCall: 219);

    /// <summary>That of this process.</summary>
    public static MachineInterface Current => IsArm64 ? Arm64 : X64;

    /// <summary>Whether this process runs on arm64: a constant to the compiler of native code.</summary>
    internal static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
