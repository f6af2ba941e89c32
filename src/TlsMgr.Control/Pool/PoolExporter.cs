using System;
using System.Security.Cryptography;
using TlsMgr.Control.Output;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>
/// Writes the secret of a pool to a descriptor. Invariant: it is in no string, and so in no memory that the collector
/// moves.
/// </summary>
internal static class PoolExporter
{
    /// <summary>Writes the line.</summary>
    /// <param name="file">The state file.</param>
    /// <param name="descriptor">The destination: a pipe, or a file that only its owner reads.</param>
    /// <param name="force">Whether any destination will do.</param>
    /// <exception cref="FatalException">There is no state, or the destination is refused.</exception>
    /// <exception cref="UnwritableException">It cannot be written.</exception>
    internal static void Write(PoolFile file, int descriptor, bool force)
    {
        file.RequireOwner();
        if (!force && FindObjection(descriptor) is { } objection)
        {
            throw new FatalException($"the secret of the pool is not written: {objection} (--force does it)");
        }

        using PoolState state = file.Read(out string fault)
            ?? throw new FatalException($"there is no pool to export: {file.Path}: {fault}");
        Span<byte> line = stackalloc byte[PoolExport.MaximumLength + 1];
        int length = PoolExport.Write(state, line);
        line[length] = (byte)'\n';
        int result = WriteAll(descriptor, line[..(length + 1)]);
        CryptographicOperations.ZeroMemory(line);
        if (result < 0)
        {
            throw new UnwritableException(-result);
        }
    }

    /// <summary>Why a destination is refused; null when nobody else can read it there.</summary>
    internal static string? FindObjection(int descriptor)
    {
        int result = FileStatus.OfDescriptor(descriptor, out FileStatus status);
        return result < 0 ? $"standard output: {Errno.Describe(result)}"
            : status.IsPipe || status.IsSocket ? null
            : FileDescriptor.IsTerminal(descriptor) ? "standard output is a terminal; a pipe to ssh(1) is meant"
            : !status.IsRegularFile ? "standard output is neither a pipe nor a file"
            : status.IsOpenToOthers ? "other users may read or write that file; umask 077 before"
            : null;
    }

    private static int WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = FileDescriptor.Write(descriptor, bytes);
            if (count < 0 && count != -Errno.Interrupted)
            {
                return count;
            }

            bytes = bytes[int.Max(count, 0)..];
        }

        return 0;
    }
}
