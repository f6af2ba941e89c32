// Walks one tree of an LMDB file from the root to the last leaf, a page in each step, and counts. The depth is bounded
// by that of LMDB's own cursors, whatever the pages say.

namespace TlsMgr.Native.Lmdb;

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

    /// <summary>The page on the path to the present leaf, by the number of levels below it.</summary>
    private readonly byte[]?[] _path = new byte[]?[DeepestLevels];

    /// <summary>The child of each branch of the path that follows.</summary>
    private readonly int[] _nextChild = new int[DeepestLevels];

    private readonly ulong _largePagesBefore = pages.LargePages;

    /// <summary>Levels below the branch whose children are visited; the depth of the tree when none is left.</summary>
    private int _level = record.Depth;

    private bool _hasBegun;
    private ulong _branchPages;
    private ulong _leafPages;
    private ulong _entries;

    /// <summary>
    /// Whether leaf pages below a branch are known to be sound, and are counted without reading them.
    /// </summary>
    internal bool SkipsLeaves { get; init; }

    /// <summary>Whether the last page was read.</summary>
    internal bool IsComplete => _hasBegun && _level == record.Depth;

    /// <summary>
    /// Reads the next page that is not skipped, unless the walk is complete. False when the tree is not sound, or does
    /// not have the size that the file gives.
    /// </summary>
    internal bool Step()
    {
        bool isSound = _hasBegun ? StepIntoChild() : Begin();
        while (isSound && _level == 1 && SkipsLeaf(0))
        {
            isSound = StepIntoChild();
        }

        return isSound && (!IsComplete || HasRecordedSize());
    }

    private bool Begin()
    {
        _hasBegun = true;
        return record.IsEmpty
            ? record.Depth == 0
            : record.Depth is > 0 and <= DeepestLevels && Enter(record.Root, record.Depth - 1);
    }

    private bool StepIntoChild()
    {
        LmdbPage branch = LmdbPage.OfBranch(_path[_level]);
        int index = _nextChild[_level]++;
        if (index == branch.Count)
        {
            _level++;
            return true;
        }

        // The first key of a branch covers all keys before the second.
        LmdbNode child = branch[index];
        return (index == 0 || order.Accept(child.Key, isOfBranch: true)) && Enter(child.Child, _level - 1);
    }

    private bool Enter(ulong number, int levelsBelow)
    {
        if (SkipsLeaf(levelsBelow))
        {
            _leafPages++;
            return pages.TakeUnread(number);
        }

        byte[] bytes = _path[levelsBelow] ??= new byte[pages.PageBytes];
        if (!pages.Take(number, bytes)
            || !LmdbPage.TryRead(bytes, number, isLeaf: levelsBelow == 0, out LmdbPage page))
        {
            return false;
        }

        if (levelsBelow == 0)
        {
            return IsSoundLeaf(page);
        }

        _branchPages++;
        _level = levelsBelow;
        _nextChild[levelsBelow] = 0;
        return page.Count >= leastChildren;
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

    /// <summary>A root that is a leaf is read.</summary>
    private bool SkipsLeaf(int levelsBelow) => SkipsLeaves && levelsBelow == 0 && record.Depth > 1;

    private bool HasRecordedSize() => _branchPages == record.BranchPages && _leafPages == record.LeafPages
        && (SkipsLeaf(0) || (pages.LargePages - _largePagesBefore == record.OverflowPages
            && _entries == record.Entries));
}
