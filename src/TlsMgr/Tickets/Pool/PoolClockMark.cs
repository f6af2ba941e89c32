using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets.Pool;

/// <summary>A reading of both clocks. Zero: none.</summary>
/// <param name="WallSeconds">The time of day, since 1970.</param>
/// <param name="BootSeconds">The seconds since the machine's start (CLOCK_BOOTTIME).</param>
/// <param name="Boot">Which boot of the machine: the first 16 bytes of SHA-256 of its identity.</param>
internal readonly record struct PoolClockMark(long WallSeconds, long BootSeconds, UInt128 Boot)
{
    /// <summary>Both clocks are cut to seconds, and do not begin a second at the same moment.</summary>
    private const int RoundingSeconds = 1;

    /// <summary>A reading.</summary>
    /// <param name="wallSeconds">The time of day, since 1970.</param>
    /// <param name="bootSeconds">The seconds since the machine's start.</param>
    /// <param name="bootId">The identity of the boot: see <see cref="BootIdentity"/>.</param>
    internal static PoolClockMark Of(long wallSeconds, long bootSeconds, string bootId) => new(
        wallSeconds, bootSeconds,
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(bootId))));

    /// <summary>Whether there is a reading.</summary>
    internal bool IsSet => this != default;

    /// <summary>Whether the time of day has moved as the machine's own clock has, within a number of seconds.</summary>
    internal bool AgreesWith(PoolClockMark later, int toleranceSeconds)
    {
        long tolerance = long.Max(toleranceSeconds, RoundingSeconds);
        long difference = unchecked((later.WallSeconds - WallSeconds) - (later.BootSeconds - BootSeconds));
        return IsSet && Boot == later.Boot && difference >= -tolerance && difference <= tolerance;
    }

    /// <summary>The seconds by the machine's own clock until a later reading of the same boot.</summary>
    internal long SecondsUntil(PoolClockMark later) => later.BootSeconds - BootSeconds;
}
