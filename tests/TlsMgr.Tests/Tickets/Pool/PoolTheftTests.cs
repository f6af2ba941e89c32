using System.Linq;
using Shouldly;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>What a thief of the state file derives, and how a new time of day comes into the file.</summary>
public sealed class PoolTheftTests
{
    private const long First = 1_000_000;

    [Theory]
    [InlineData(0, -2)]
    [InlineData(PoolHost.Skew - 1, -2)]
    [InlineData(PoolHost.Skew, -1)]
    [InlineData(PoolHost.Period - 1, -1)]
    public void A_stolen_state_derives_two_periods_before_its_own_at_most_and_all_later_ones(int secondsIn, int oldest)
    {
        using PoolHost host = new(First * PoolHost.Period);
        host.Pass((10 * PoolHost.Period) + secondsIn);
        host.Look();
        long period = host.Periods.Of(host.Wall);

        byte[] file = host.ReadFile();

        for (int index = 0; index < 2; index++)
        {
            using PoolState stolen = PoolHost.Slot(file, index).ShouldNotBeNull();
            stolen.Chains.Select(static chain => chain.Period).ShouldBe([period + oldest]);
            byte[] key = stolen.Newest.Key.ToArray();
            for (long later = period + oldest; later < period + 50; later++)
            {
                key.ShouldBe(host.Reference.ChainKey(1, later));
                key = PoolReference.Next(key);
            }
        }
    }

    [Fact]
    public void A_stolen_state_derives_nothing_of_a_secret_that_replaced_it()
    {
        // After the first seconds of a period, in which the old generation would end by itself.
        using PoolHost host = new((First * PoolHost.Period) + PoolHost.Skew);
        using PoolState stolen = host.ReadStored();
        host.Ratchet.TryRevoke(host.Now).ShouldBeTrue();
        host.Look();
        byte[] current = host.GetCurrent()!.Bytes.ToArray();

        byte[] key = stolen.Newest.Key.ToArray();
        for (int later = 0; later < 50; later++)
        {
            host.Reference.TicketKey(key).ShouldNotBe(current);
            key = PoolReference.Next(key);
        }

        host.ReadStored().Chains.Count.ShouldBe(1);
    }

    [Fact]
    public void A_new_time_of_day_comes_into_the_file_after_an_hour_also_with_a_reload_every_ten_minutes()
    {
        using PoolHost host = new(First * PoolHost.Period);
        host.Wall += 20 * PoolHost.Period;
        host.Reboot();
        host.Look();
        for (int minutes = 10; minutes < 60; minutes += 10)
        {
            host.Pass(600);
            host.Restart();
            host.Look();
            host.ReadStored().Newest.Period.ShouldBe(host.Periods.OldestAt(First * PoolHost.Period));
        }

        for (int hours = 0; hours < 24 * 6; hours++)
        {
            host.Pass(600);
            host.Restart();
            host.Look();
            host.ReadStored().Newest.Period.ShouldBe(host.Periods.OldestAt(host.Wall));
        }
    }

    [Fact]
    public void A_slot_with_any_one_bit_changed_is_no_state()
    {
        using PoolHost host = new(First * PoolHost.Period);
        byte[] file = host.ReadFile();
        for (int bit = 0; bit < PoolStateSlot.LengthBytes * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            PoolHost.Slot(file, 0).ShouldBeNull($"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        PoolHost.Slot(file, 0).ShouldNotBeNull().Dispose();
    }
}
