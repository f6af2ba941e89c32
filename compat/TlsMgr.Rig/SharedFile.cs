// .NET's own readers take an flock(2), which collides with Postfix's locks of the same kind (master(8) holds one on its
// pid file). So these files are read through the C library.

using System;
using System.IO;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Rig;

/// <summary>Reads files that Postfix has open, without locking them.</summary>
internal static class SharedFile
{
    private const int ChunkBytes = 65536;

    /// <summary>The complete text, decoded as UTF-8; empty when the file cannot be opened.</summary>
    internal static string ReadText(string path)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return "";
        }

        using MemoryStream content = new();
        byte[] chunk = new byte[ChunkBytes];
        int count;
        while ((count = FileDescriptor.Read(descriptor, chunk)) > 0)
        {
            content.Write(chunk, 0, count);
        }

        _ = FileDescriptor.Close(descriptor);
        return Encoding.UTF8.GetString(content.GetBuffer().AsSpan(0, (int)content.Length));
    }
}
