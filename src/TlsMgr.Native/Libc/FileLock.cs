// Locks on whole files that other programs' fcntl(2) locks respect, held by the open file and not by the process:
// closing another descriptor of the same file does not lose them (fcntl(2), "open file description locks"). Never
// waits.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Exclusive locks on whole files.</summary>
public static unsafe class FileLock
{
    private const int SetOpenFileLock = 37;
    private const short WriteLock = 1;
    private const short NoLock = 2;

    /// <summary>
    /// Locks the file for this descriptor alone. Answers 0; minus <see cref="Errno.TryAgain"/> or minus
    /// <see cref="Errno.AccessDenied"/> when somebody else holds it; or the negative of another <see cref="Errno"/>.
    /// </summary>
    public static int TryExclusive(int descriptor) => Set(descriptor, WriteLock);

    /// <summary>Gives the lock back. Closing the descriptor does so too.</summary>
    public static int Release(int descriptor) => Set(descriptor, NoLock);

    private static int Set(int descriptor, short kind)
    {
        LockRequest request = new() { Kind = kind };
        return Errno.Result(NativeMethods.Fcntl(descriptor, SetOpenFileLock, (nint)(&request)));
    }

    /// <summary>struct flock of the kernel: start 0 and length 0 mean the whole file.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LockRequest
    {
        [FieldOffset(0)] internal short Kind;
    }
}
