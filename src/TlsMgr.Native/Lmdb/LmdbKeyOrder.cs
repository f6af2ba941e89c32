// Checks that the keys of a tree are in order. In a tree out of order LMDB misses entries that exist, and stores them
// twice.

using System;
using System.Buffers.Binary;

namespace TlsMgr.Native.Lmdb;

/// <summary>Takes the keys of a tree from the first to the last, those of branches in their places.</summary>
/// <param name="isNumeric">Whether keys are numbers of 8 bytes; else they are bytes compared from the left.</param>
internal sealed class LmdbKeyOrder(bool isNumeric)
{
    private readonly byte[] _last = new byte[LmdbEnvironment.MaximumKeyBytes];
    private int _length;
    private bool _isLastOfBranch;

    /// <summary>
    /// Takes the next key; false when its size is impossible, or it does not follow the last one. Only the first key
    /// below a branch's key may be equal to it.
    /// </summary>
    internal bool Accept(ReadOnlySpan<byte> key, bool isOfBranch)
    {
        if (key.IsEmpty || key.Length > _last.Length || (isNumeric && key.Length != sizeof(ulong)))
        {
            return false;
        }

        int least = _isLastOfBranch && !isOfBranch ? 0 : 1;
        if (_length > 0 && Compare(key, _last.AsSpan(0, _length)) < least)
        {
            return false;
        }

        key.CopyTo(_last);
        _length = key.Length;
        _isLastOfBranch = isOfBranch;
        return true;
    }

    private int Compare(ReadOnlySpan<byte> key, ReadOnlySpan<byte> last) => isNumeric
        ? BinaryPrimitives.ReadUInt64LittleEndian(key).CompareTo(BinaryPrimitives.ReadUInt64LittleEndian(last))
        : key.SequenceCompareTo(last);
}
