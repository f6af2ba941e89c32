using System.Buffers;
using System.Collections.Generic;
using Shouldly;
using TlsMgr.Postfix.Memory;
using Xunit;

namespace TlsMgr.Tests.Memory;

/// <summary>The memory of connections under the memory limit of a control group.</summary>
public sealed class MemoryBudgetTests
{
    private const long Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(16 * Mebibyte, 256, 512, 4 * Mebibyte, 9)]
    [InlineData(512 * Mebibyte, 8192, 16384, 66 * Mebibyte, 315)]
    public void A_limit_is_divided(long limit, int soft, int hard, long reserve, int largeSendBuffers) =>
        MemoryBudget.Of(limit).ShouldBe(new MemoryBudget(soft, hard, reserve, largeSendBuffers));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(9223372036854771712)] // how version 1 says that there is none
    [InlineData(1024 * Mebibyte)]
    public void With_much_memory_the_blocks_have_their_usual_limits(long limit)
    {
        MemoryBudget budget = MemoryBudget.Of(limit);

        budget.SoftLimitBlocks.ShouldBe(MemoryLimits.SoftLimitBlocks);
        budget.HardLimitBlocks.ShouldBe(MemoryLimits.HardLimitBlocks);
    }

    [Fact]
    public void The_blocks_in_use_are_compared_with_the_budget()
    {
        using BlockPool pool = new(new CollectorReserve(new MemoryBudget(10, 20, long.MaxValue, int.MaxValue)));
        List<IMemoryOwner<byte>> blocks = [];

        Fill(10).ShouldBe(BlockPressure.None);
        Fill(11).ShouldBe(BlockPressure.Scarce);
        Fill(20).ShouldBe(BlockPressure.Scarce);
        Fill(21).ShouldBe(BlockPressure.Full);

        blocks.ForEach(block => block.Dispose());

        BlockPressure Fill(int count)
        {
            while (blocks.Count < count)
            {
                blocks.Add(pool.Rent());
            }

            return pool.Pressure;
        }
    }

    [Fact]
    public void The_reserve_grows_up_to_the_budget()
    {
        CollectorReserve reserve = new(
            MemoryBudget.Unlimited with { ReserveBytes = MemoryLimits.CollectorReserveBytes + 100 });

        reserve.TryGrow(60).ShouldBeTrue();
        reserve.TryGrow(60).ShouldBeFalse();
        reserve.TryGrow(40).ShouldBeTrue();
        reserve.Shrink(100);
        reserve.TryGrow(100).ShouldBeTrue();
        reserve.TargetBytes.ShouldBe(MemoryLimits.CollectorReserveBytes + 100);
    }
}
