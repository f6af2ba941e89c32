using System.Runtime.InteropServices;

namespace TlsMgr.Fuzzing;

/// <summary>Where the program has been. Rewritten code calls this at the begin of each basic block.</summary>
public static unsafe class Coverage
{
    internal const int Edges = 1 << 16;
    internal const int MostBlocks = 1 << 16;

    // Odd, so that no two blocks share a number, and far from 1, so that neighbours do not look alike.
    private const int Spread = 40503;

    private static readonly byte* Visited = (byte*)NativeMemory.AllocZeroed(MostBlocks);
    private static int _from;

    /// <summary>How often each edge was taken since libFuzzer last looked: from one block to the next, hashed.</summary>
    internal static readonly byte* Counters = (byte*)NativeMemory.AllocZeroed(Edges);

    /// <summary>Whether a block was ever reached.</summary>
    internal static bool WasVisited(int block) => Visited[block] != 0;

    public static void Visit(int block)
    {
        int here = (block * Spread) & (Edges - 1);
        Visited[block] = 1;
        Counters[here ^ _from]++;
        _from = here >> 1;
    }
}
