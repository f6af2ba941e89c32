// Examines a complete LMDB file by reading: every page of every tree, every byte of large values, and the list of free
// pages. LMDB can map and change a file that passes, without leaving its pages and without a failed assertion, which
// would end the process. Pages that are neither used nor free are harmless, and values are opaque.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace TlsMgr.Native.Lmdb;

/// <summary>One walk through a file.</summary>
/// <param name="pages">Its pages, none of them taken yet.</param>
internal sealed class LmdbWalk(LmdbPages pages)
{
    // The list of free pages is the only tree in which LMDB accepts a branch with a single child.
    private const int LeastChildrenOfFreePages = 1;
    private const int LeastChildren = 2;

    private readonly List<LmdbDatabaseRecord> _databases = [];
    private ulong _freeLeft;
    private ulong _lastFree;
    private bool _isInList;

    /// <summary>Whether the complete file is sound.</summary>
    internal bool IsSound(LmdbMeta meta)
    {
        bool isSound = IsSoundList(meta) && IsSoundTree(meta.Main, IsSoundMainEntry);
        for (int i = 0; isSound && i < _databases.Count; i++)
        {
            isSound = _databases[i].Flags == 0 && IsSoundTree(_databases[i], IsSoundEntry);
        }

        return isSound;
    }

    private bool IsSoundList(LmdbMeta meta) => new LmdbTree(
        pages, meta.FreePages, new LmdbKeyOrder(isNumeric: true), LeastChildrenOfFreePages, IsSoundListEntry)
        .IsSound();

    private bool IsSoundTree(LmdbDatabaseRecord record, LmdbEntryCheck check) =>
        new LmdbTree(pages, record, new LmdbKeyOrder(isNumeric: false), LeastChildren, check).IsSound();

    /// <summary>A database. LMDB would refuse to open anything else under its name.</summary>
    private bool IsSoundMainEntry(LmdbNode entry)
    {
        if (entry.Flags != LmdbNode.DatabaseFlag || entry.ValueBytes != LmdbDatabaseRecord.LengthBytes)
        {
            return false;
        }

        _databases.Add(LmdbDatabaseRecord.Read(entry.Value));
        return true;
    }

    private bool IsSoundEntry(LmdbNode entry) =>
        entry.Flags == 0 || (entry.Flags == LmdbNode.LargeValueFlag && pages.TakeValue(entry, static _ => true));

    /// <summary>A count u64 and as many page numbers u64, the highest first; unused bytes may follow.</summary>
    private bool IsSoundListEntry(LmdbNode entry)
    {
        _isInList = false;
        _freeLeft = 0;
        bool isSound = entry.Flags == LmdbNode.LargeValueFlag
            ? pages.TakeValue(entry, TakeFreePages)
            : entry.Flags == 0 && TakeFreePages(entry.Value);
        return isSound && _isInList && _freeLeft == 0;
    }

    private bool TakeFreePages(ReadOnlySpan<byte> numbers)
    {
        for (; numbers.Length >= sizeof(ulong); numbers = numbers[sizeof(ulong)..])
        {
            ulong number = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
            if (!_isInList)
            {
                _isInList = true;
                _freeLeft = number;
                _lastFree = ulong.MaxValue;
                continue;
            }

            if (_freeLeft == 0)
            {
                return true;
            }

            if (number >= _lastFree || !pages.Take(number))
            {
                return false;
            }

            _lastFree = number;
            _freeLeft--;
        }

        return true;
    }
}
