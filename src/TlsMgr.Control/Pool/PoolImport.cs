using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>Reads the line of an export without leaving it in memory that the collector moves.</summary>
internal static class PoolImport
{
    /// <summary>What is read at most: more than a line, so that a second one is seen.</summary>
    internal const int BufferBytes = 2 * PoolExport.MaximumLength;

    private const int StandardInput = 0;

    /// <summary>Reads a file, or standard input for <c>-</c>, to its end.</summary>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="FatalException">It cannot be read.</exception>
    internal static int Read(string path, Span<byte> buffer)
    {
        int descriptor = path == "-" ? StandardInput : FileDescriptor.Open(
            path, OpenFlags.ReadOnly | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            throw new FatalException($"open {path}: {Errno.Describe(descriptor)}");
        }

        int length = 0;
        int count;
        do
        {
            count = FileDescriptor.Read(descriptor, buffer[length..]);
            length += int.Max(count, 0);
        }
        while ((count > 0 && length < buffer.Length) || count == -Errno.Interrupted);

        if (descriptor != StandardInput)
        {
            FileDescriptor.Close(descriptor);
        }

        return count < 0 ? throw new FatalException($"read {path}: {Errno.Describe(count)}") : length;
    }
}
