// Walks one tree of an LMDB file from the root to the last leaf, and counts. The depth is bounded by that of LMDB's own
// cursors, whatever the pages say.

namespace TlsMgr.Native.Lmdb;

/// <summary>Checks an entry of a leaf; false when it is not sound.</summary>
internal delegate bool LmdbEntryCheck(LmdbNode entry);

/// <summary>A walk through one tree.</summary>
/// <param name="pages">The file's pages.</param>
/// <param name="record">The tree as the file describes it.</param>
/// <param name="order">The order of its keys.</param>
/// <param name="leastChildren">The least number of children of a branch, which LMDB asserts.</param>
/// <param name="check">Checks the entries.</param>
internal sealed class LmdbTree(
    LmdbPages pages, LmdbDatabaseRecord record, LmdbKeyOrder order, int leastChildren,
    LmdbEntryCheck check)
{
    private const int DeepestLevels = 32;

    private readonly byte[]?[] _levels = new byte[]?[DeepestLevels];
    private ulong _branchPages;
    private ulong _leafPages;
    private ulong _entries;

    /// <summary>Whether the tree is sound and has the size that the file gives.</summary>
    internal bool IsSound()
    {
        ulong largePages = pages.LargePages;
        bool isWhole = record.IsEmpty
            ? record.Depth == 0
            : record.Depth is > 0 and <= DeepestLevels && IsSound(record.Root, record.Depth - 1);
        return isWhole && _branchPages == record.BranchPages && _leafPages == record.LeafPages
            && pages.LargePages - largePages == record.OverflowPages && _entries == record.Entries;
    }

    private bool IsSound(ulong number, int levelsBelow)
    {
        byte[] bytes = _levels[levelsBelow] ??= new byte[LmdbEnvironment.PageBytes];
        return pages.Take(number, bytes)
            && LmdbPage.TryRead(bytes, number, isLeaf: levelsBelow == 0, out LmdbPage page)
            && (levelsBelow == 0 ? IsSoundLeaf(page) : IsSoundBranch(page, levelsBelow));
    }

    private bool IsSoundBranch(LmdbPage page, int levelsBelow)
    {
        _branchPages++;
        if (page.Count < leastChildren)
        {
            return false;
        }

        for (int index = 0; index < page.Count; index++)
        {
            // The first key of a branch covers all keys before the second.
            LmdbNode child = page[index];
            if ((index > 0 && !order.Accept(child.Key, isOfBranch: true)) || !IsSound(child.Child, levelsBelow - 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsSoundLeaf(LmdbPage page)
    {
        _leafPages++;
        for (int index = 0; index < page.Count; index++)
        {
            LmdbNode entry = page[index];
            if (!order.Accept(entry.Key, isOfBranch: false) || !check(entry))
            {
                return false;
            }
        }

        _entries += (ulong)page.Count;
        return true;
    }
}
