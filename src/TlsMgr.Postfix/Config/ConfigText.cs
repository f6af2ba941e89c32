// A configuration file as text: read once, completely. Bytes that are no UTF-8 become U+FFFD.

using System.IO;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>Reads main.cf, tlsmgr.cf and master.cf.</summary>
public static class ConfigText
{
    private const int ChunkBytes = 16 * 1024;

    // A real file has some kilobytes; beyond this it is something else.
    private const long MaximumBytes = 16 * 1024 * 1024;

    /// <summary>Reads a file of any kind.</summary>
    /// <exception cref="FatalException"><c>open FILE: REASON</c>, <c>read FILE: REASON</c>.</exception>
    internal static string Read(string path)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        return descriptor < 0
            ? throw new FatalException($"open {path}: {Errno.Describe(descriptor)}")
            : ReadOpen(path, descriptor);
    }

    /// <summary>
    /// Reads a regular file of at most 16 MiB without waiting for anybody; no file is an empty text.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="FatalException">
    /// <c>open FILE: REASON</c>, <c>read FILE: REASON</c>; also for what is not a regular file, or too large.
    /// </exception>
    public static string ReadIfThere(string path)
    {
        int descriptor = FileDescriptor.Open(
            path,
            OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (descriptor == -Errno.NoEntry)
        {
            return "";
        }

        if (descriptor < 0)
        {
            throw new FatalException($"open {path}: {Errno.Describe(descriptor)}");
        }

        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) < 0 || !status.IsRegularFile
            || status.SizeBytes > MaximumBytes)
        {
            FileDescriptor.Close(descriptor);
            throw new FatalException(
                $"open {path}: {(status.IsRegularFile ? "the file is too large" : "not a regular file")}");
        }

        return ReadOpen(path, descriptor);
    }

    private static string ReadOpen(string path, int descriptor)
    {
        using MemoryStream content = new();
        byte[] chunk = new byte[ChunkBytes];
        int count;
        while ((count = FileDescriptor.Read(descriptor, chunk)) > 0)
        {
            content.Write(chunk, 0, count);
        }

        FileDescriptor.Close(descriptor);
        return count == 0
            ? Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length)
            : throw new FatalException($"read {path}: {Errno.Describe(count)}");
    }
}
