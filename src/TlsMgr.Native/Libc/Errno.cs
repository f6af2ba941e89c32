// Error numbers of the C library (Linux, x86-64), and their texts.
// Every call in this folder answers a value of zero or more, or the negative of one of these numbers; none throws.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The error numbers that TlsMgr tells apart, and the system's text for any of them (errno(3)).</summary>
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

    /// <summary>EAGAIN: nothing to do at this moment; ask again later.</summary>
    public const int TryAgain = 11;

    /// <summary>ENOMEM: out of memory.</summary>
    public const int NoMemory = 12;

    /// <summary>EACCES: permission denied. fcntl(2) also says this for a lock that another process holds.</summary>
    public const int AccessDenied = 13;

    /// <summary>EISDIR: a directory has no bytes.</summary>
    public const int IsDirectory = 21;

    /// <summary>EINVAL: an argument the kernel does not take.</summary>
    public const int InvalidArgument = 22;

    /// <summary>ENFILE: the system has no more descriptors.</summary>
    public const int SystemDescriptorLimit = 23;

    /// <summary>EMFILE: this process has no more descriptors.</summary>
    public const int ProcessDescriptorLimit = 24;

    /// <summary>ENOSPC: no space left on the device.</summary>
    public const int NoSpace = 28;

    /// <summary>EPIPE: nobody reads any more.</summary>
    public const int BrokenPipe = 32;

    /// <summary>ESTALE: the file is no longer the one that was meant.</summary>
    public const int StaleFile = 116;

    /// <summary>The system's text for an error number, as Postfix prints it: <c>Permission denied</c>.</summary>
    /// <param name="error">An error number, or its negative as the calls of this folder answer it.</param>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(int.Abs(error));

    /// <summary>The negative of the last error when a call answered -1, and what it answered otherwise.</summary>
    internal static int Result(int answer) => answer == -1 ? -Marshal.GetLastPInvokeError() : answer;

    /// <summary>The same for calls that answer a size.</summary>
    internal static int Result(nint answer) => answer == -1 ? -Marshal.GetLastPInvokeError() : (int)answer;
}
