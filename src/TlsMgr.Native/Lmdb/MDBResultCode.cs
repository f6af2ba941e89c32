// What LMDB answers. A fault is a value here and never an exception; that nothing was found is no fault at all.

using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>
/// Answers of LMDB (lmdb.h, "Return Codes"), as far as they are told apart. Positive numbers are error numbers of the
/// system, see <see cref="Errno"/>.
/// </summary>
public enum MDBResultCode
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>There is no such key, or no further one.</summary>
    NotFound = -30798,

    /// <summary>A page that is referred to does not exist: the file is damaged.</summary>
    PageNotFound = -30797,

    /// <summary>A page of the wrong kind: the file is damaged.</summary>
    Corrupted = -30796,

    /// <summary>An earlier fault left the environment unusable; it stays so until it is opened anew.</summary>
    Panic = -30795,

    /// <summary>The map has no room left.</summary>
    MapFull = -30792,
}

/// <summary>Texts for <see cref="MDBResultCode"/>.</summary>
public static unsafe class MDBResultCodes
{
    /// <summary>LMDB's text, or the system's for its error numbers: <c>No space left on device</c>.</summary>
    public static string Describe(this MDBResultCode code) => code > 0
        ? Errno.Describe((int)code)
        : Marshal.PtrToStringUTF8((nint)NativeMethods.DescribeError((int)code)) ?? "unknown LMDB error";
}
