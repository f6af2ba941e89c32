using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Events;
using Xunit;

namespace TlsMgr.Tests.Events;

public sealed class SpinBackoffTests
{
    private const double Soon = EventLimits.BusyGapMicroseconds - 1;
    private const double Late = EventLimits.BusyGapMicroseconds;

    private readonly SpinBackoff _spin = new();

    [Fact]
    public void An_idle_loop_does_not_spin()
    {
        _spin.ShouldSpin().ShouldBeFalse("nothing has happened");
        _spin.Waited(Late);
        _spin.ShouldSpin().ShouldBeFalse("the last event came late");
    }

    [Fact]
    public void While_events_come_soon_each_wait_spins()
    {
        for (int wait = 0; wait < 100; wait++)
        {
            _spin.Waited(Soon);
            _spin.ShouldSpin().ShouldBeTrue();
            _spin.Spun(hasFound: true);
        }
    }

    [Fact]
    public void Spinning_without_an_event_becomes_rare_and_is_never_given_up()
    {
        int spins = Enumerable.Range(0, 1000).Count(_ => Wait(hasFound: false));

        spins.ShouldBeInRange(1000 >> EventLimits.MaxSpinBackoffShift, (1000 >> EventLimits.MaxSpinBackoffShift) + 5);
    }

    [Fact]
    public void One_event_found_brings_it_back()
    {
        for (int wait = 0; wait < 100; wait++)
        {
            Wait(hasFound: false);
        }

        while (!Wait(hasFound: true))
        {
        }

        Enumerable.Range(0, 10).ShouldAllBe(_ => Wait(true));
    }

    private bool Wait(bool hasFound)
    {
        _spin.Waited(Soon);
        bool spins = _spin.ShouldSpin();
        if (spins)
        {
            _spin.Spun(hasFound);
        }

        return spins;
    }
}
