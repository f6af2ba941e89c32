// What a cache file says of the digest under which its sessions were stored, for others than the daemon that owns it.

using TlsMgr.Native.Libc;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>Reads the trust record of a cache file from outside.</summary>
internal static class CacheTrust
{
    private const OpenFlags Flags =
        OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;

    /// <summary>
    /// Reads the record without a lock: the daemon that owns the file writes it once, when it starts.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="record">The record; null when there is none.</param>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal static int Read(string path, out TrustRecord? record)
    {
        record = null;
        int descriptor = FileDescriptor.Open(path, Flags);
        if (descriptor < 0)
        {
            return descriptor;
        }

        record = TrustRecord.Read(CacheState.ReadTrust(descriptor));
        FileDescriptor.Close(descriptor);
        return 0;
    }
}
