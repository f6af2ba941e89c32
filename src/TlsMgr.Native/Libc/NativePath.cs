using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>Converts a path or a name to a C string for the duration of one call.</summary>
internal static class NativePath
{
    /// <summary>Returns the UTF-8 bytes and a NUL. As in C, the text ends at its first NUL.</summary>
    internal static byte[] Encode(string path)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }
}
