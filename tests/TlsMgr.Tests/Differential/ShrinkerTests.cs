using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Differential.Fuzz;
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
            candidate => candidate.Any(one => Encoding.Latin1.GetString(one.LastBytes).Contains("ze", System.StringComparison.Ordinal)),
            maximumTries: 2000);

        Conversation smallest = shrinker.Shrink(many).ShouldHaveSingleItem();

        smallest.Requests.ShouldBeEmpty();
        smallest.Last.ShouldHaveSingleItem().ShouldBe("ze"u8.ToArray());
    }

    [Fact]
    public void It_gives_up_after_so_many_tries()
    {
        int tries = 0;
        Conversation conversation = new([], [new byte[1000]]);

        new Shrinker(_ => ++tries < 0, maximumTries: 5).Shrink([conversation]);

        tries.ShouldBe(5);
    }
}
