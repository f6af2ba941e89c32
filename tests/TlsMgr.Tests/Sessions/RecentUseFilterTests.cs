using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>How long a use is remembered, however the times of uses lie.</summary>
public sealed class RecentUseFilterTests
{
    private const ulong Session = 0x123456789abcdef0;
    private const ulong Other = 0x0fedcba987654321;
    private const long Start = 1_800_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(CacheLimits.RecentUseSeconds - 1)]
    public void A_use_is_remembered_for_the_least_time(int delaySeconds)
    {
        for (int passedSeconds = 0; passedSeconds <= CacheLimits.RecentUseSeconds; passedSeconds++)
        {
            RecentUseFilter filter = new();
            filter.Add(Other, Start);
            filter.Add(Session, Start + delaySeconds);

            filter.Contains(Session, Start + delaySeconds + passedSeconds).ShouldBeTrue($"{passedSeconds} s");
        }
    }

    [Fact]
    public void A_use_is_forgotten_after_twice_the_least_time()
    {
        const long Forgotten = 2 * CacheLimits.RecentUseSeconds;
        RecentUseFilter idle = new();
        idle.Add(Session, Start);
        idle.Contains(Session, Start + Forgotten).ShouldBeFalse();

        RecentUseFilter busy = new();
        busy.Add(Session, Start);
        busy.Add(Other, Start + CacheLimits.RecentUseSeconds);
        busy.Contains(Session, Start + Forgotten - 1).ShouldBeTrue();
        busy.Contains(Session, Start + Forgotten).ShouldBeFalse();
    }

    [Fact]
    public void Of_keys_that_were_not_used_few_are_taken_for_used_ones()
    {
        RecentUseFilter filter = new();
        System.Random random = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            filter.Add((ulong)random.NextInt64(), Start);
        }

        int falsePositives = 0;
        for (int i = 0; i < 100_000; i++)
        {
            falsePositives += filter.Contains((ulong)random.NextInt64(), Start) ? 1 : 0;
        }

        falsePositives.ShouldBeLessThan(100);
    }
}
