// What a cache file was when a process that found it sound released it, for the next process of the same boot: when
// nothing has touched the file since, its leaf pages need no examination. It is a key of the kernel's user keyring,
// because no place in the file itself can hold the time of the file's last change:
//
//   version u8 | run u64 | size i64 | modified: seconds i64, nanoseconds u32 | changed: the same     little endian
//
// A change between the release and the next start has another time: the kernel's clock of files ticks every 1 to 10
// milliseconds, and since Linux 6.13 a file whose times were read gets finer ones. Where the kernel keeps no keys,
// every page is examined.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions.Files;

/// <summary>The handover of a sound cache file from one process to the next.</summary>
internal static class CacheHandover
{
    private const byte FormatVersion = 1;
    private const int TimeBytes = sizeof(long) + sizeof(uint);
    private const int PayloadBytes = 1 + sizeof(ulong) + sizeof(long) + (2 * TimeBytes);

    /// <summary>
    /// Records the present state of a file that this process will not change any more. Without effect for a small one,
    /// and where the kernel keeps no keys.
    /// </summary>
    /// <param name="descriptor">The locked file.</param>
    /// <param name="run">The process, by <see cref="CacheState.Run"/>.</param>
    internal static void Write(int descriptor, ulong run)
    {
        if (FileStatus.OfDescriptor(descriptor, out FileStatus status) == 0
            && status.SizeBytes > CacheLimits.SmallFileBytes)
        {
            Span<byte> payload = stackalloc byte[PayloadBytes];
            Describe(status, run, payload);
            KernelKeyring.Store(Name(status), payload, CacheFileLimits.HandoverSeconds);
        }
    }

    /// <summary>
    /// Whether a file is what a run has handed over, once: the record is removed, since the keys of a user are few. To
    /// be called as the user who serves.
    /// </summary>
    /// <param name="status">The status of the file, before this process changes it.</param>
    /// <param name="run">The run that its state names.</param>
    internal static bool TryTake(FileStatus status, ulong run)
    {
        Span<byte> expected = stackalloc byte[PayloadBytes];
        Span<byte> payload = stackalloc byte[PayloadBytes];
        Describe(status, run, expected);
        byte[] name = Name(status);
        int length = KernelKeyring.Load(name, payload);
        if (length >= 0)
        {
            KernelKeyring.Remove(name);
        }

        return length == PayloadBytes && payload.SequenceEqual(expected);
    }

    private static void Describe(FileStatus status, ulong run, Span<byte> payload)
    {
        payload[0] = FormatVersion;
        BinaryPrimitives.WriteUInt64LittleEndian(payload[1..], run);
        BinaryPrimitives.WriteInt64LittleEndian(payload[(1 + sizeof(ulong))..], status.SizeBytes);
        WriteTime(payload[^(2 * TimeBytes)..], status.Modified);
        WriteTime(payload[^TimeBytes..], status.Changed);
    }

    private static void WriteTime(Span<byte> to, (long Seconds, uint Nanoseconds) time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, time.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(to[sizeof(long)..], time.Nanoseconds);
    }

    private static byte[] Name(FileStatus status)
    {
        (ulong device, ulong inode) = status.Identity;
        return Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"tlsmgr:cache_file:{device:x}:{inode:x}\0"));
    }
}
