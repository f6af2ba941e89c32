using System.Runtime.InteropServices;

namespace TlsMgr.Fuzzing;

/// <summary>
/// Counts which basic blocks and edges were reached. Rewritten code calls it at the start of each block.
/// </summary>
public static unsafe class Coverage
{
    internal const int Edges = 1 << 16;
    internal const int MaximumBlocks = 1 << 16;

    // Odd, so that no two blocks share a number, and far from 1, so that neighbours get distant numbers.
    private const int Spread = 40503;

    private static readonly byte* Visited = (byte*)NativeMemory.AllocZeroed(MaximumBlocks);
    private static int _from;

    /// <summary>
    /// How often each edge, from one block to the next and hashed, was taken since libFuzzer last read it.
    /// </summary>
    internal static readonly byte* Counters = (byte*)NativeMemory.AllocZeroed(Edges);

    /// <summary>Whether a block was ever reached.</summary>
    internal static bool WasVisited(int block) => Visited[block] != 0;

    /// <summary>Counts a block and the edge that leads to it.</summary>
    public static void Visit(int block)
    {
        int here = (block * Spread) & (Edges - 1);
        Visited[block] = 1;
        Counters[here ^ _from]++;
        _from = here >> 1;
    }
}
