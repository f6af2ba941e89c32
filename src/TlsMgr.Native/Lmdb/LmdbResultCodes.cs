// Texts for what LMDB returns. A fault is a value here and never an exception. Positive codes are error numbers of the
// system; the package's names for those are of another system, so that Errno's are used for them.

using System.Runtime.InteropServices;
using LightningDB;
using TlsMgr.Native.Libc;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>Texts for <see cref="MDBResultCode"/>.</summary>
public static class LmdbResultCodes
{
    /// <summary>LMDB's text, or the system's for its error numbers: <c>No space left on device</c>.</summary>
    public static string Describe(this MDBResultCode code) => code > 0
        ? Errno.Describe((int)code)
        : Marshal.PtrToStringUTF8(mdb_strerror((int)code)) ?? "unknown LMDB error";
}
