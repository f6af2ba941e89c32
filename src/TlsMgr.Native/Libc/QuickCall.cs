// The calls of every request. The C library's functions for them are cancellation points: in a process with several
// threads, two atomic operations around each. syscall(2) is none.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>System calls that do not wait, with what lies around them kept short.</summary>
internal static unsafe class QuickCall
{
    /// <summary>Makes a call. The collector waits meanwhile, so it must not wait itself.</summary>
    /// <returns>Zero or more, or the negative of an <see cref="Errno"/>.</returns>
    internal static int Make(int number, int descriptor, void* bytes, nint length, int option)
    {
        nint result = NativeMethods.QuickSystemCall(number, descriptor, bytes, length, option, 0, 0);

        // Nothing that could change errno lies in between: without a transition there is no wait for the collector.
        return result == -1 ? -Marshal.GetLastSystemError() : (int)result;
    }

    /// <summary>The same for a call that may wait.</summary>
    internal static int MakeAndWait(int number, int descriptor, void* bytes, nint length, int option) =>
        Errno.Result(NativeMethods.SystemCall(number, descriptor, bytes, length, option, 0, 0));
}
