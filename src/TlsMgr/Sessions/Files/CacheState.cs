// How the last process left a cache file, or that one is at work in it. It lies in the part of the first page that LMDB
// leaves alone, so that it can be read before anything is mapped and written when LMDB has gone.
//
//   0 "tlsmgr-state-2" and two NULs | 16 closed u64, 0 or 1 | 24 run u64 | 32 boot id, 36 bytes | 68 process id u32
//   | 72 instance, 52 bytes | 126 length of the trust record u16 | 128 trust record                       little endian
//
// A process that was told to keep nothing writes "tlsmgr-no-state". A file without either is a copy, or of another
// program.
// One write takes both, so that the record of one configuration never stands beside the sessions of another. A version
// that knew no trust records wrote "tlsmgr-state-1", and takes the sessions of this one for nobody's.

using System;
using System.Buffers.Binary;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions.Files;

/// <summary>The state that a process records in a cache file.</summary>
/// <param name="IsClosed">Whether the process closed the file, with all changes on disk.</param>
/// <param name="Run">A random number that identifies the process.</param>
/// <param name="BootId">The boot of the machine; empty when unknown.</param>
/// <param name="Holder">The process.</param>
internal readonly record struct CacheState(bool IsClosed, ulong Run, string BootId, CacheHolder Holder)
{
    private const int ClosedOffset = 16;
    private const int RunOffset = 24;
    private const int BootOffset = 32;
    private const int ProcessOffset = BootOffset + BootIdentity.LengthBytes;
    private const int InstanceOffset = ProcessOffset + sizeof(uint);
    private const int InstanceBytes = 52;
    private const int LengthBytes = InstanceOffset + InstanceBytes;
    private const int TrustLengthOffset = TrustOffset - sizeof(ushort);
    private const int TrustOffset = 128;

    /// <summary>
    /// The longest trust record, in bytes: what LMDB and <see cref="ReleaseMark"/> leave of the page.
    /// </summary>
    internal const int MaximumTrustBytes = LmdbFile.SpareBytes - TrustOffset - ReleaseMark.LengthBytes;

    private static ReadOnlySpan<byte> Mark => "tlsmgr-state-2\0\0"u8;

    private static ReadOnlySpan<byte> MarkOfNothing => "tlsmgr-no-state\0"u8;

    private static ReadOnlySpan<byte> MarkWithoutTrust => "tlsmgr-state-1\0\0"u8;

    /// <summary>
    /// Whether the file contains all changes of the process: the machine was not restarted since, or the file closed
    /// with all changes on disk.
    /// </summary>
    internal bool HasAllChanges(string bootId) => IsClosed || BootIdentity.AreSame(BootId, bootId) == true;

    /// <summary>Reads the state from a file; null when there is none.</summary>
    internal static CacheState? Read(int descriptor)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        return FileDescriptor.ReadAt(descriptor, bytes, LmdbFile.SpareOffset) == LengthBytes
            && bytes.StartsWith(Mark)
            ? new CacheState(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[ClosedOffset..]) == 1,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[RunOffset..]),
                Encoding.ASCII.GetString(bytes.Slice(BootOffset, BootIdentity.LengthBytes).TrimEnd((byte)0)),
                ReadHolder(bytes))
            : null;
    }

    /// <summary>Reads which process used or uses the file; unknown when it has no state.</summary>
    internal static CacheHolder ReadHolder(int descriptor)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        return FileDescriptor.ReadAt(descriptor, bytes, LmdbFile.SpareOffset) == LengthBytes
            && (bytes.StartsWith(Mark) || bytes.StartsWith(MarkOfNothing))
            ? ReadHolder(bytes)
            : new CacheHolder(0, "");
    }

    /// <summary>The part of an instance's name that has space in a state: its end, which differs.</summary>
    internal static string Shorten(string instance) =>
        instance.Length > InstanceBytes ? instance[^InstanceBytes..] : instance;

    /// <summary>Whether an older version left the file, which stored sessions and no trust record.</summary>
    internal static bool IsWithoutTrust(int descriptor) => HasMark(descriptor, MarkWithoutTrust);

    /// <summary>Whether a process left the file that was told to keep nothing.</summary>
    internal static bool IsOfNothing(int descriptor) => HasMark(descriptor, MarkOfNothing);

    /// <summary>Reads the trust record behind the state; empty when there is none.</summary>
    internal static byte[] ReadTrust(int descriptor)
    {
        byte[] bytes = new byte[LmdbFile.SpareBytes];
        int length = FileDescriptor.ReadAt(descriptor, bytes, LmdbFile.SpareOffset) == bytes.Length
            && bytes.AsSpan().StartsWith(Mark)
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(TrustLengthOffset))
                : 0;
        return length <= MaximumTrustBytes ? bytes[TrustOffset..(TrustOffset + length)] : [];
    }

    /// <summary>
    /// Writes it to a file that LMDB has made, with the trust record of the sessions that the file will hold. Returns
    /// 0, or the negative of an <see cref="Errno"/>.
    /// </summary>
    internal int Write(int descriptor, ReadOnlySpan<byte> trust)
    {
        Span<byte> bytes = stackalloc byte[LmdbFile.SpareBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[TrustLengthOffset..], (ushort)trust.Length);
        trust.CopyTo(bytes[TrustOffset..]);
        return Write(descriptor, bytes, Mark);
    }

    /// <summary>
    /// Writes it to a file whose sessions are not to be kept. Returns 0, or the negative of an <see cref="Errno"/>.
    /// </summary>
    internal int WriteNothing(int descriptor)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        bytes.Clear();
        return Write(descriptor, bytes, MarkOfNothing);
    }

    /// <summary>Writes it and leaves the trust record. Returns 0, or the negative of an <see cref="Errno"/>.</summary>
    internal int Write(int descriptor)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        bytes.Clear();
        return Write(descriptor, bytes, Mark);
    }

    private int Write(int descriptor, Span<byte> bytes, ReadOnlySpan<byte> mark)
    {
        mark.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ClosedOffset..], IsClosed ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[RunOffset..], Run);
        Encoding.ASCII.GetBytes(BootId, bytes[BootOffset..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[ProcessOffset..], Holder.ProcessId);
        Encoding.ASCII.GetBytes(Shorten(Holder.Instance), bytes.Slice(InstanceOffset, InstanceBytes));
        int result = FileDescriptor.WriteAt(descriptor, bytes, LmdbFile.SpareOffset);
        return result < 0 ? result : result == bytes.Length ? 0 : -Errno.NoSpace;
    }

    private static CacheHolder ReadHolder(ReadOnlySpan<byte> bytes) => new(
        int.Max(BinaryPrimitives.ReadInt32LittleEndian(bytes[ProcessOffset..]), 0),
        Encoding.ASCII.GetString(bytes.Slice(InstanceOffset, InstanceBytes).TrimEnd((byte)0)));

    private static bool HasMark(int descriptor, ReadOnlySpan<byte> mark)
    {
        Span<byte> bytes = stackalloc byte[mark.Length];
        return FileDescriptor.ReadAt(descriptor, bytes, LmdbFile.SpareOffset) == bytes.Length
            && bytes.SequenceEqual(mark);
    }
}
