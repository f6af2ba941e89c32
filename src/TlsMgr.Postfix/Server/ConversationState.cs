namespace TlsMgr.Postfix.Server;

/// <summary>The next event that a conversation needs.</summary>
public enum ConversationState
{
    /// <summary>More input, or its end.</summary>
    AwaitsInput,

    /// <summary>Another turn: its share of this one is used up, or its replies must be sent first.</summary>
    AwaitsTurn,

    /// <summary>The end of the turn, or of a later one, which completes a deferred reply.</summary>
    AwaitsEndOfTurn,

    /// <summary>None: the connection is to be closed after the written replies were sent.</summary>
    Ended,
}
