using System;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Differential.Fuzz;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Differential;

public sealed class ShrinkerTests
{
    [Fact]
    public void A_difference_that_hangs_on_two_bytes_shrinks_to_them()
    {
        Generator generator = new(7, []);
        Conversation[] many = [.. Enumerable.Range(0, 20).Select(generator.Make)];
        many[11] = many[11] with { Last = [Encoding.Latin1.GetBytes("request\0se"), Encoding.Latin1.GetBytes("ed\0size\032\0\0")] };
        Shrinker shrinker = new(
            candidate => candidate.Any(one => Encoding.Latin1.GetString(one.LastBytes).Contains("ze", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1), new ManualClock());

        Conversation smallest = shrinker.Shrink(many).ShouldHaveSingleItem();

        smallest.Requests.ShouldBeEmpty();
        smallest.Last.ShouldHaveSingleItem().ShouldBe("ze"u8.ToArray());
    }

    [Fact]
    public void It_gives_up_when_its_time_is_over()
    {
        int tries = 0;
        ManualClock clock = new();
        Conversation conversation = new([], [new byte[1000]]);
        Shrinker shrinker = new(
            _ =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return ++tries < 0;
            },
            TimeSpan.FromSeconds(5), clock);

        shrinker.Shrink([conversation]);

        tries.ShouldBe(5);
    }
}
