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
    /// <param name="clock">The time of day.</param>
    /// <returns>Why the exported keys are older than those of now; empty when they are not.</returns>
    /// <exception cref="FatalException">There is no state, or the destination is refused.</exception>
    /// <exception cref="UnwritableException">It cannot be written.</exception>
    internal static string Write(PoolFile file, int descriptor, bool force, TimeProvider clock)
    {
        file.RequireOwner();
        if (!force && FindObjection(descriptor) is { } objection)
        {
            throw new FatalException($"the secret of the pool is not written: {objection} (--force does it)");
        }

        using PoolState state = file.Read(out string fault)
            ?? throw new FatalException($"there is no pool to export: {file.Path}: {fault}");
        string older = MoveToPresent(state, file.PeriodsOf(state.PeriodSeconds), PoolFile.Now(clock));
        Span<byte> line = stackalloc byte[PoolExport.MaximumLength + 1];
        int length = PoolExport.Write(state, line);
        line[length] = (byte)'\n';
        int result = WriteAll(descriptor, line[..(length + 1)]);
        CryptographicOperations.ZeroMemory(line);
        if (result < 0)
        {
            throw new UnwritableException(-result);
        }

        return older;
    }

    /// <summary>
    /// Moves the exported state to the present by the rule of the stored one: a clock that nothing confirms would
    /// export keys that begin in its own time, and every host that joins would lose those before.
    /// </summary>
    private static string MoveToPresent(PoolState state, PoolPeriods periods, PoolClockMark now)
    {
        long oldest = periods.OldestAt(now.WallSeconds);
        if (state.Chains[0].Period >= oldest)
        {
            return "";
        }

        if (!state.Trusted.AgreesWith(now, periods.Skew)
            || PoolClockFault.Find(state, periods, now.WallSeconds).Length > 0)
        {
            return $"the exported keys begin at {PoolText.Time(periods.FirstSecond(state.Chains[0].Period))}, as the "
                + "stored ones: the clock is not confirmed since the machine's start, or was set";
        }

        state.TryStep(oldest, PoolState.MaximumChains * PoolLimits.CatchUpPeriods);
        state.EndGenerations(periods.Of(now.WallSeconds));
        return "";
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
