// A path or a name as C wants it: bytes with a NUL behind. Must never outlive the call it was made for.

using System.Text;

namespace TlsMgr.Native.Libc;

internal static class NativePath
{
    /// <summary>The UTF-8 bytes of a path or a name, and a NUL. One with a NUL inside ends there, as in C.</summary>
    internal static byte[] Encode(string path)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }
}
