// One tree of an LMDB file: gone through from the root to the last leaf, and counted. Must never go deeper than LMDB's
// own cursors can, whatever the pages say.

namespace TlsMgr.Native.Lmdb;

/// <summary>Looks at an entry of a leaf; false when it is not sound.</summary>
internal delegate bool LmdbEntryCheck(LmdbNode entry);

/// <summary>A walk through one tree.</summary>
/// <param name="pages">The file's pages.</param>
/// <param name="record">What the file says of the tree.</param>
/// <param name="order">The order of its keys.</param>
/// <param name="leastChildren">Children that a branch has at the least: LMDB asserts it.</param>
/// <param name="check">Looks at the entries.</param>
internal sealed class LmdbTree(
    LmdbPages pages, LmdbDatabaseRecord record, LmdbKeyOrder order, int leastChildren,
    LmdbEntryCheck check)
{
    private const int DeepestLevels = 32;

    private readonly byte[]?[] _levels = new byte[]?[DeepestLevels];
    private ulong _branchPages;
    private ulong _leafPages;
    private ulong _entries;

    /// <summary>Whether the tree is sound, and as large as the file says.</summary>
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
            // The first key of a branch stands for everything before the second.
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
