// A checksum of a complete cache file, which the process writes when it releases the file. At a reload nothing is
// flushed to disk; when the machine is restarted before the next start, the checksum shows whether all of the file
// reached the disk. It lies at the end of what LMDB leaves of the first page, and belongs to one run of CacheState.
//
//   0 run u64 | 8 size of the file i64 | 16 XXH3 of the file without that part of its first page u64     little endian

using System;
using System.Buffers.Binary;
using System.IO.Hashing;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions.Files;

/// <summary>The checksum of a released file.</summary>
internal static class ReleaseMark
{
    /// <summary>The bytes that it takes.</summary>
    internal const int LengthBytes = 24;

    private const int SizeOffset = 8;
    private const int ChecksumOffset = 16;
    private const int Offset = LmdbFile.SpareOffset + LmdbFile.SpareBytes - LengthBytes;
    private const int ChunkBytes = 64 * 1024;

    /// <summary>
    /// Writes it, at the end of a run, while the file is locked. None is written for a file that takes too long.
    /// </summary>
    internal static void Write(int descriptor, ulong run, TimeProvider clock)
    {
        Span<byte> mark = stackalloc byte[LengthBytes];
        if (TryCompute(descriptor, clock, out long sizeBytes, out ulong checksum))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(mark, run);
            BinaryPrimitives.WriteInt64LittleEndian(mark[SizeOffset..], sizeBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(mark[ChecksumOffset..], checksum);
            FileDescriptor.WriteAt(descriptor, mark, Offset);
        }
    }

    /// <summary>Whether the file is what a run released.</summary>
    internal static bool IsOf(int descriptor, ulong run, TimeProvider clock)
    {
        Span<byte> mark = stackalloc byte[LengthBytes];
        return FileDescriptor.ReadAt(descriptor, mark, Offset) == LengthBytes
            && BinaryPrimitives.ReadUInt64LittleEndian(mark) == run
            && FileStatus.OfDescriptor(descriptor, out FileStatus status) == 0
            && BinaryPrimitives.ReadInt64LittleEndian(mark[SizeOffset..]) == status.SizeBytes
            && TryCompute(descriptor, clock, out _, out ulong checksum)
            && BinaryPrimitives.ReadUInt64LittleEndian(mark[ChecksumOffset..]) == checksum;
    }

    private static bool TryCompute(int descriptor, TimeProvider clock, out long sizeBytes, out ulong checksum)
    {
        checksum = 0;
        sizeBytes = FileStatus.OfDescriptor(descriptor, out FileStatus status) == 0 ? status.SizeBytes : 0;
        if (sizeBytes is 0 or > CacheFileLimits.ReleaseMarkBytes)
        {
            return false;
        }

        long start = clock.GetTimestamp();
        XxHash3 hash = new();
        byte[] chunk = new byte[ChunkBytes];
        for (long offset = 0; offset < sizeBytes;)
        {
            int count = FileDescriptor.ReadAt(descriptor, chunk, offset);
            if (count <= 0 || clock.GetElapsedTime(start).TotalMilliseconds > CacheFileLimits.ReleaseMarkMilliseconds)
            {
                return false;
            }

            if (offset == 0)
            {
                chunk.AsSpan(LmdbFile.SpareOffset, LmdbFile.SpareBytes).Clear();
            }

            hash.Append(chunk.AsSpan(0, count));
            offset += count;
        }

        checksum = hash.GetCurrentHashAsUInt64();
        return true;
    }
}
