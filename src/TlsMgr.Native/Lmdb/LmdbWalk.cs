// Examines a complete LMDB file by reading: every page of every tree, every byte of large values, and the list of free
// pages. LMDB can map and change a file that passes, without leaving its pages and without a failed assertion, which
// would end the process. Pages that are neither used nor free are harmless, and values are opaque. Each step reads a
// page or a part of a value. Of a file whose leaf pages are known to be sound, the meta and branch pages, the list of
// databases and the list of free pages are read.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace TlsMgr.Native.Lmdb;

/// <summary>One walk through a file.</summary>
/// <param name="pages">Its pages, none of them taken yet.</param>
/// <param name="meta">The meta page in force.</param>
/// <param name="part">A buffer for parts of large values; a multiple of 8 bytes.</param>
/// <param name="skipsLeaves">Whether the leaf pages of the databases are known to be sound.</param>
internal sealed class LmdbWalk(LmdbPages pages, LmdbMeta meta, byte[] part, bool skipsLeaves)
{
    // The list of free pages is the only tree in which LMDB accepts a branch with a single child.
    private const int LeastChildrenOfFreePages = 1;
    private const int LeastChildren = 2;

    private readonly List<LmdbDatabaseRecord> _databases = [];
    private readonly Queue<LmdbLargeValue> _largeValues = [];
    private LmdbTree? _tree;
    private int _treesBegun;
    private long _partOffset;
    private ulong _freeLeft;
    private ulong _lastFree;
    private bool _isInList;

    /// <summary>Whether the complete file was read, and is sound.</summary>
    internal bool IsComplete { get; private set; }

    private bool IsInFreeList => _treesBegun == 1;

    /// <summary>Reads on. False when the file is not sound.</summary>
    internal bool Step()
    {
        if (_largeValues.TryPeek(out LmdbLargeValue value))
        {
            return ReadPart(value);
        }

        if (_tree is { IsComplete: false })
        {
            return _tree.Step();
        }

        IsComplete = _treesBegun == 2 + _databases.Count;
        return IsComplete || BeginTree();
    }

    private bool BeginTree()
    {
        int index = _treesBegun++;
        if (index == 0)
        {
            _tree = new LmdbTree(
                pages, meta.FreePages, new LmdbKeyOrder(isNumeric: true), LeastChildrenOfFreePages, IsSoundListEntry);
            return true;
        }

        LmdbDatabaseRecord record = index == 1 ? meta.Main : _databases[index - 2];
        _tree = new LmdbTree(
            pages, record, new LmdbKeyOrder(isNumeric: false), LeastChildren,
            index == 1 ? IsSoundMainEntry : IsSoundEntry)
        {
            SkipsLeaves = index > 1 && skipsLeaves,
        };
        return record.Flags == 0;
    }

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
        entry.Flags == 0 || (entry.Flags == LmdbNode.LargeValueFlag && TakeLargeValue(entry));

    /// <summary>A count u64 and as many page numbers u64, the highest first; unused bytes may follow.</summary>
    private bool IsSoundListEntry(LmdbNode entry)
    {
        if (entry.Flags == LmdbNode.LargeValueFlag)
        {
            return TakeLargeValue(entry);
        }

        BeginList();
        return entry.Flags == 0 && TakeFreePages(entry.Value) && IsListComplete();
    }

    private bool TakeLargeValue(LmdbNode entry)
    {
        if (!pages.TakeValue(entry, out LmdbLargeValue value))
        {
            return false;
        }

        _largeValues.Enqueue(value);
        return true;
    }

    private bool ReadPart(LmdbLargeValue value)
    {
        if (_partOffset == 0)
        {
            BeginList();
        }

        Span<byte> bytes = part.AsSpan(0, (int)long.Min(value.LengthBytes - _partOffset, part.Length));
        bool isSound = pages.ReadValue(value, _partOffset, bytes) && (!IsInFreeList || TakeFreePages(bytes));
        _partOffset += bytes.Length;
        if (_partOffset == value.LengthBytes)
        {
            _partOffset = 0;
            _largeValues.Dequeue();
            isSound = isSound && (!IsInFreeList || IsListComplete());
        }

        return isSound;
    }

    private void BeginList()
    {
        _isInList = false;
        _freeLeft = 0;
    }

    private bool IsListComplete() => _isInList && _freeLeft == 0;

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
