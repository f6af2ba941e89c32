using System.Buffers;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Shouldly;
using TlsMgr.Postfix.Memory;
using Xunit;

namespace TlsMgr.Tests.Memory;

/// <summary>Memory that a crowd needed is given back when the crowd has gone.</summary>
public sealed class BlockPoolReleaseTests
{
    private const int CrowdSlabs = 4 * MemoryLimits.KeptSlabs;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slabs_beyond_those_that_are_kept_are_released(bool inReverse)
    {
        using BlockPool memory = new();
        for (int crowd = 0; crowd < 3; crowd++)
        {
            List<IMemoryOwner<byte>> blocks = [];
            while (blocks.Count < CrowdSlabs * MemoryLimits.SlabBlocks)
            {
                blocks.Add(memory.Rent());
            }

            SlabsOf(memory).ShouldBeGreaterThanOrEqualTo(CrowdSlabs);
            if (inReverse)
            {
                blocks.Reverse();
            }

            blocks.ForEach(block => block.Dispose());
            memory.UsedBlocks.ShouldBe(0);
            SlabsOf(memory).ShouldBe(MemoryLimits.KeptSlabs);
        }
    }

    private static int SlabsOf(BlockPool memory) => memory.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.GetValue(memory))
        .OfType<IList>().Single().Count;
}
