namespace TlsMgr.Postfix.Server;

/// <summary>The reason why a conversation ended.</summary>
public enum ConversationEnd
{
    /// <summary>The client disconnected, or the conversation has not ended.</summary>
    Ordinary,

    /// <summary>master(8) sent a wake-up.</summary>
    Trigger,

    /// <summary>A message exceeded <see cref="ServerLimits.MessageBytes"/>.</summary>
    MessageTooLong,

    /// <summary>
    /// A message or a reply exceeded <see cref="ServerLimits.ModestMessageBytes"/> while memory was scarce, or data
    /// remained at the end of a turn while memory was full.
    /// </summary>
    MemoryScarce,
}
