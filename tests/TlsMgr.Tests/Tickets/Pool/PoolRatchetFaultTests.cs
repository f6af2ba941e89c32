using Shouldly;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>Faults of the stored state and of the clocks that the model does not reach.</summary>
public sealed class PoolRatchetFaultTests
{
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
