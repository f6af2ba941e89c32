using Shouldly;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>Faults of the stored state and of the clocks that the model does not reach.</summary>
public sealed class PoolRatchetFaultTests
{
    [Fact]
    public void A_generation_that_came_to_the_file_alone_is_not_stored_twice()
    {
        using PoolHost host = new(1_800_000_000);
        using (PoolStateFile file = PoolStateFile.Open(host.Path, out _)!)
        using (PoolState halfway = file.Read(out _)!)
        {
            halfway.Add(PoolChain.Make(2, halfway.Newest.Period, halfway.Newest.Period + 9)!);
            file.Write(halfway).ShouldBe(0);
        }

        host.Ratchet.TryRotate(host.Now, 3600).ShouldBeFalse();

        using PoolStateFile again = PoolStateFile.Open(host.Path, out _)!;
        using PoolState? state = again.Read(out string fault);
        fault.ShouldBeEmpty();
        state!.Newest.Generation.ShouldBe(2u);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_change_after_a_write_of_one_slot_alone_is_made_at_once(int writtenSlot)
    {
        using PoolHost host = new(1_800_000_000);
        byte[] before = host.ReadFile();
        using (PoolStateFile file = PoolStateFile.Open(host.Path, out _)!)
        using (PoolState halfway = file.Read(out _)!)
        {
            halfway.Begin(PoolChain.Make(2, halfway.Newest.Period, halfway.Newest.Period)!, isAlone: true);
            file.Write(halfway).ShouldBe(0);
        }

        host.PutSlot(before, 1 - writtenSlot);

        host.Ratchet.TryRevoke(host.Now).ShouldBeTrue(host.Ratchet.WriteFault);

        byte[] after = host.ReadFile();
        for (int index = 0; index < 2; index++)
        {
            using PoolState? state = PoolHost.Slot(after, index);
            state.ShouldNotBeNull().Chains.ShouldHaveSingleItem().Key.ToArray()
                .ShouldBe(host.Ratchet.State.Newest.Key.ToArray());
        }
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(101, true)]
    [InlineData(98, false)]
    [InlineData(102, false)]
    public void Clocks_that_are_cut_to_seconds_agree_without_an_allowed_difference(long bootSeconds, bool agrees)
    {
        PoolClockMark earlier = new(1_800_000_000, 5000, 1);
        PoolClockMark later = new(1_800_000_100, 5000 + bootSeconds, 1);

        earlier.AgreesWith(later, 0).ShouldBe(agrees);
    }
}
