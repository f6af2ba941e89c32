// The state of a pool on disk: two slots, each in a block of its own, with the same content. Both are overwritten in
// place, one after the other, so that a crash leaves one that is whole, and no older secret stays in the file. Nothing
// is flushed on the way of a request. Where a file system copies on write, on SSDs, in snapshots and in backups, older
// blocks may remain.

using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets.Pool;

/// <summary>The state file of a pool, open for reading and writing.</summary>
internal sealed class PoolStateFile : IDisposable
{
    /// <summary>The length of the file.</summary>
    internal const int LengthBytes = 2 * SlotDistanceBytes;

    private const int SlotDistanceBytes = 4096;
    private const uint OwnerOnly = 0x180; // 0600
    private const OpenFlags Flags =
        OpenFlags.ReadWrite | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;

    private readonly int _descriptor;

    private PoolStateFile(int descriptor) => _descriptor = descriptor;

    /// <summary>Opens a file as the effective user, before the jail, in which no file can be opened.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why it is refused; empty when it is open.</param>
    /// <param name="owner">The user who must own it; null for the effective user.</param>
    internal static PoolStateFile? Open(string path, out string fault, uint? owner = null)
    {
        int descriptor = FileDescriptor.Open(path, Flags);
        if (descriptor < 0)
        {
            fault = descriptor == -Errno.LinkLoop
                ? "it is a symbolic link, which is not followed"
                : Errno.Describe(descriptor);
            return null;
        }

        fault = FindObjection(descriptor, owner ?? UserIdentity.EffectiveUserId);
        if (fault.Length == 0)
        {
            return new PoolStateFile(descriptor);
        }

        FileDescriptor.Close(descriptor);
        return null;
    }

    /// <summary>Whether the slots differed when they were read, and have not been overwritten since.</summary>
    internal bool IsUneven { get; private set; }

    /// <summary>Reads the newer of the valid slots.</summary>
    /// <param name="fault">Why there is no state; empty when there is.</param>
    internal PoolState? Read(out string fault)
    {
        Span<byte> first = stackalloc byte[PoolStateSlot.LengthBytes];
        Span<byte> second = stackalloc byte[PoolStateSlot.LengthBytes];
        PoolState? state = ReadSlot(0, first, out fault);
        PoolState? other = ReadSlot(SlotDistanceBytes, second, out string otherFault);
        IsUneven = !first.SequenceEqual(second);
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
        if (state is null || (other is not null && other.Sequence > state.Sequence))
        {
            state?.Dispose();
            fault = other is null ? fault : otherFault;
            return other;
        }

        other?.Dispose();
        return state;
    }

    /// <summary>Reads the newer of the valid slots whose newest generation is this one; null without one.</summary>
    internal PoolState? Read(uint generation)
    {
        PoolState? state = Read(out _);
        if (state is null || state.Newest.Generation == generation)
        {
            return state;
        }

        state.Dispose();
        Span<byte> slot = stackalloc byte[PoolStateSlot.LengthBytes];
        PoolState? first = ReadSlot(0, slot, out _);
        PoolState? second = ReadSlot(SlotDistanceBytes, slot, out _);
        CryptographicOperations.ZeroMemory(slot);
        (PoolState? found, PoolState? other) =
            first?.Newest.Generation == generation ? (first, second) : (second, first);
        other?.Dispose();
        if (found?.Newest.Generation == generation)
        {
            return found;
        }

        found?.Dispose();
        return null;
    }

    /// <summary>Overwrites both slots, and numbers the write.</summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>: ENOENT when the file was removed or replaced.</returns>
    internal int Write(PoolState state)
    {
        int result = FileStatus.OfDescriptor(_descriptor, out FileStatus status);
        if (result < 0 || status.Links == 0)
        {
            return result < 0 ? result : -Errno.NoEntry;
        }

        state.Sequence++;
        Span<byte> slot = stackalloc byte[PoolStateSlot.LengthBytes];
        PoolStateSlot.Write(state, slot);
        result = WriteSlot(slot, 0);
        result = result < 0 ? result : WriteSlot(slot, SlotDistanceBytes);
        CryptographicOperations.ZeroMemory(slot);
        IsUneven = result < 0;
        return result;
    }

    /// <summary>Overwrites the file with zeros and makes it empty.</summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal int Erase()
    {
        Span<byte> slot = stackalloc byte[PoolStateSlot.LengthBytes];
        slot.Clear();
        int result = WriteSlot(slot, 0);
        int second = WriteSlot(slot, SlotDistanceBytes);
        FileDescriptor.FlushData(_descriptor);
        int emptied = FileDescriptor.Truncate(_descriptor, 0);
        return result < 0 ? result : second < 0 ? second : emptied;
    }

    /// <summary>Makes the file with a state, in place of one that is there.</summary>
    /// <param name="path">The file; a temporary one beside it has the ending <c>.new</c>.</param>
    /// <param name="state">The state.</param>
    /// <param name="owner">The owner of the file: mail_owner.</param>
    /// <param name="group">Its group.</param>
    /// <returns>Why there is no file; null when there is.</returns>
    internal static string? Create(string path, PoolState state, uint owner, uint group)
    {
        // The blocks of the file that is replaced keep its secret, as long as a process has it open and longer.
        using PoolStateFile? replaced = Open(path, out _, owner);
        string temporary = $"{path}.new";
        EraseLeftover(temporary, owner);
        int descriptor = FileDescriptor.Open(temporary, Flags | OpenFlags.Create | OpenFlags.Exclusive, OwnerOnly);
        if (descriptor < 0)
        {
            return $"open {temporary}: {Errno.Describe(descriptor)}";
        }

        using PoolStateFile file = new(descriptor);
        int result = FileDescriptor.Truncate(descriptor, LengthBytes);
        result = result < 0 ? result : file.Write(state);
        result = result < 0 ? result : FileDescriptor.ChangeOwner(descriptor, owner, group);
        result = result < 0 ? result : FileDescriptor.FlushData(descriptor);
        result = result < 0 ? result : FileDescriptor.Rename(temporary, path);
        if (result >= 0)
        {
            // The new name is on disk before the old content is gone.
            FlushDirectoryOf(path);
            replaced?.Erase();
            return null;
        }

        FileDescriptor.Unlink(temporary);
        return $"{temporary}: {Errno.Describe(result)}";
    }

    /// <summary>Overwrites and removes a temporary file that a call which was interrupted has left.</summary>
    private static void EraseLeftover(string temporary, uint owner)
    {
        using PoolStateFile? leftover = Open(temporary, out _) ?? Open(temporary, out _, owner);
        leftover?.Erase();
        FileDescriptor.Unlink(temporary);
    }

    private static void FlushDirectoryOf(string path)
    {
        int descriptor = FileDescriptor.Open(
            path[..(path.LastIndexOf('/') + 1)], OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor >= 0)
        {
            FileDescriptor.FlushData(descriptor);
            FileDescriptor.Close(descriptor);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => FileDescriptor.Close(_descriptor);

    private static string FindObjection(int descriptor, uint owner)
    {
        int result = FileStatus.OfDescriptor(descriptor, out FileStatus status);
        return result < 0 ? Errno.Describe(result)
            : !status.IsRegularFile ? "it is not a regular file"
            : status.Owner != owner ? "it belongs to another user"
            : status.IsOpenToOthers ? "other users may read or write it"
            : status.Links != 1 ? "it has more than one name"
            : status.SizeBytes == 0 ? "it is empty"
            : "";
    }

    private PoolState? ReadSlot(long offset, Span<byte> slot, out string fault)
    {
        slot.Clear();
        int result = FileDescriptor.ReadAt(_descriptor, slot, offset);
        fault = result < 0 ? Errno.Describe(result) : "";
        return result < 0 ? null : PoolStateSlot.Read(slot, out fault);
    }

    private int WriteSlot(ReadOnlySpan<byte> slot, long offset)
    {
        int result = FileDescriptor.WriteAt(_descriptor, slot, offset);
        return result < 0 ? result : result == slot.Length ? 0 : -Errno.NoSpace;
    }
}
