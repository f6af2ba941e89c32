// Open file description locks (fcntl(2)): they conflict with the fcntl(2) locks of other programs, but belong to the
// open file instead of the process. Closing another descriptor of the same file does not release them.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Exclusive locks on complete files, without waiting.</summary>
public static unsafe class FileLock
{
    private const int GetOpenFileLock = 36;
    private const int SetOpenFileLock = 37;
    private const short WriteLock = 1;
    private const short NoLock = 2;

    /// <summary>
    /// Locks the file exclusively. Returns 0; minus <see cref="Errno.TryAgain"/> or minus
    /// <see cref="Errno.AccessDenied"/> when it is locked elsewhere; or the negative of another <see cref="Errno"/>.
    /// </summary>
    public static int TryExclusive(int descriptor) => Set(descriptor, WriteLock);

    /// <summary>Releases the lock. Closing the descriptor releases it, too.</summary>
    public static int Release(int descriptor) => Set(descriptor, NoLock);

    /// <summary>
    /// The id of the process whose fcntl(2) lock conflicts with an exclusive one; 0 when it is unknown, as that of an
    /// open file description lock is.
    /// </summary>
    public static int FindHolder(int descriptor)
    {
        LockRequest request = new() { Kind = WriteLock };
        return NativeMethods.Fcntl(descriptor, GetOpenFileLock, (nint)(&request)) == 0 && request.Kind != NoLock
            ? int.Max(request.ProcessId, 0)
            : 0;
    }

    private static int Set(int descriptor, short kind)
    {
        LockRequest request = new() { Kind = kind };
        return Errno.Result(NativeMethods.Fcntl(descriptor, SetOpenFileLock, (nint)(&request)));
    }

    /// <summary>struct flock of the kernel: start 0 and length 0 mean the complete file.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LockRequest
    {
        [FieldOffset(0)] internal short Kind;
        [FieldOffset(24)] internal int ProcessId;
    }
}
