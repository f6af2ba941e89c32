namespace TlsMgr.Postfix.Protocol;

/// <summary>The state of the message at the beginning of a stream.</summary>
public enum FrameStatus
{
    /// <summary>The end of the message was not received yet.</summary>
    Incomplete,

    /// <summary>The message is complete.</summary>
    Complete,

    /// <summary>The message exceeds the limit, complete or not.</summary>
    TooLong,
}
