namespace TlsMgr.Control.Live;

/// <summary>What ended a wait.</summary>
internal enum LiveEvent
{
    /// <summary>The time is over, or the user wants a new sample now.</summary>
    Refresh,

    /// <summary>The terminal has another size.</summary>
    Resize,

    /// <summary>The user or a signal ends the verb.</summary>
    Quit,
}
