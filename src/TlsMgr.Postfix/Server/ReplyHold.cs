using System;

namespace TlsMgr.Postfix.Server;

/// <summary>
/// One connection's part in a reply that is held until an event: meanwhile it is neither read nor parsed further, no
/// deadline runs, and it takes part in no turn.
/// </summary>
/// <param name="wake">Queues the connection for the next turn.</param>
public sealed class ReplyHold(Action wake)
{
    /// <summary>Whether the reply is held now.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether it was held and can be written, and is not written yet.</summary>
    internal bool IsReleased { get; private set; }

    /// <summary>The timestamp since which it is held.</summary>
    public long Since { get; private set; }

    /// <summary>The timestamp until which the connection is not to be held again: kept by the service.</summary>
    public long CreditAt { get; set; }

    /// <summary>Called by the service: the connection waits from now on.</summary>
    public void Begin(long now)
    {
        IsActive = true;
        IsReleased = false;
        Since = now;
    }

    /// <summary>Called by the service: the reply can be written.</summary>
    public void End()
    {
        IsActive = false;
        IsReleased = true;
        wake();
    }

    /// <summary>Called when the reply is written.</summary>
    internal void Written() => IsReleased = false;

    /// <summary>Called for another client on the same connection object, and when the client hung up.</summary>
    internal void Reset()
    {
        IsActive = false;
        IsReleased = false;
        CreditAt = 0;
    }
}
