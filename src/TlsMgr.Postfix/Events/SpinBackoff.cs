namespace TlsMgr.Postfix.Events;

/// <summary>
/// Decides when the event loop polls for the next event before it sleeps. A wake-up takes longer than serving a
/// request, and a client whose reply is late sleeps more deeply itself: under load, polling saves both. It is not worth
/// its processor time where the last event came late, and each time that it finds none, it is tried half as often.
/// </summary>
internal sealed class SpinBackoff
{
    private int _shift;
    private int _waitsUntilSpin;
    private bool _isBusy;

    /// <summary>Whether to poll before this wait.</summary>
    internal bool ShouldSpin() => _isBusy && --_waitsUntilSpin <= 0;

    /// <summary>Called after polling; records whether it found an event.</summary>
    internal void Spun(bool hasFound)
    {
        _shift = hasFound ? 0 : int.Min(_shift + 1, EventLimits.MaxSpinBackoffShift);
        _waitsUntilSpin = hasFound ? 0 : 1 << _shift;
    }

    /// <summary>Called after each wait with its length.</summary>
    internal void Waited(double microseconds) => _isBusy = microseconds < EventLimits.BusyGapMicroseconds;
}
