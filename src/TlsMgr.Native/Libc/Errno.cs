// Error numbers of the C library (Linux, x86-64 and arm64), and their texts.
// Calls in this folder return a value of zero or more, or the negative of one of these numbers.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The error numbers that TlsMgr distinguishes, and the system's text for any of them (errno(3)).</summary>
public static class Errno
{
    /// <summary>EPERM: the operation is not permitted.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT: no such file or directory.</summary>
    public const int NoEntry = 2;

    /// <summary>EINTR: a signal interrupted the call.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO: the device failed.</summary>
    public const int InputOutput = 5;

    /// <summary>EAGAIN: the call would block; try again later.</summary>
    public const int TryAgain = 11;

    /// <summary>ENOMEM: out of memory.</summary>
    public const int NoMemory = 12;

    /// <summary>EACCES: permission denied; of fcntl(2) also: another process has the lock.</summary>
    public const int AccessDenied = 13;

    /// <summary>ENODEV: the file system does not have it: of mmap(2), shared maps.</summary>
    public const int NoDevice = 19;

    /// <summary>ENOTDIR: a part of the path is no directory.</summary>
    public const int NotDirectory = 20;

    /// <summary>EISDIR: the file is a directory.</summary>
    public const int IsDirectory = 21;

    /// <summary>EINVAL: invalid argument.</summary>
    public const int InvalidArgument = 22;

    /// <summary>ENFILE: the system's limit of open files is reached.</summary>
    public const int SystemDescriptorLimit = 23;

    /// <summary>EMFILE: this process's limit of descriptors is reached.</summary>
    public const int ProcessDescriptorLimit = 24;

    /// <summary>ENOSPC: no space left on the device.</summary>
    public const int NoSpace = 28;

    /// <summary>EPIPE: the reader closed its end.</summary>
    public const int BrokenPipe = 32;

    /// <summary>ENOLCK: the file system has no locks.</summary>
    public const int NoLocks = 37;

    /// <summary>ENOSYS: the kernel does not have the call.</summary>
    public const int NotImplemented = 38;

    /// <summary>ELOOP: the file is a symbolic link, which was not to be followed.</summary>
    public const int LinkLoop = 40;

    /// <summary>EPROTO: the client failed before it was accepted.</summary>
    public const int ProtocolFault = 71;

    /// <summary>ENOKEY: the keyring has no such key.</summary>
    public const int NoKey = 126;

    /// <summary>EKEYEXPIRED: its time is over.</summary>
    public const int ExpiredKey = 127;

    /// <summary>EKEYREVOKED: it was withdrawn.</summary>
    public const int RevokedKey = 128;

    /// <summary>EOPNOTSUPP: the file system does not have the operation.</summary>
    public const int NotSupported = 95;

    /// <summary>ECONNABORTED: the client disconnected before it was accepted.</summary>
    public const int ConnectionAborted = 103;

    /// <summary>EINPROGRESS: the connection is being made.</summary>
    public const int InProgress = 115;

    /// <summary>ESTALE: the file was replaced or removed.</summary>
    public const int StaleFile = 116;

    /// <summary>Returns the system's text for an error number, as Postfix logs it: <c>Permission denied</c>.</summary>
    /// <param name="error">An error number, or its negative as the calls of this folder return it.</param>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(int.Abs(error));

    /// <summary>
    /// Whether the kernel or an outer seccomp filter refuses the call as such: <see cref="NotPermitted"/> or
    /// <see cref="NotImplemented"/>.
    /// </summary>
    /// <param name="result">The result of a call of this folder.</param>
    public static bool IsRefusal(int result) => result is -NotPermitted or -NotImplemented;

    /// <summary>Returns the negative of the last error when a call returned -1, else its return value.</summary>
    internal static int Result(int returned) => returned == -1 ? -Marshal.GetLastPInvokeError() : returned;

    /// <summary>The same for calls that return a size.</summary>
    internal static int Result(nint returned) => returned == -1 ? -Marshal.GetLastPInvokeError() : (int)returned;
}
