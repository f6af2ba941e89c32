namespace TlsMgr.Sharing;

/// <summary>What is to be done, and what is being done, to one name in the pool.</summary>
/// <param name="place">The name.</param>
internal sealed class NamedChange(EntryPlace place)
{
    internal EntryPlace Place => place;

    /// <summary>Whether a change waits to be sent.</summary>
    internal bool HasNext { get; private set; }

    /// <summary>The sealed session that waits; null for a removal.</summary>
    internal byte[]? Next { get; private set; }

    /// <summary>When it has expired, in seconds since 1970.</summary>
    internal long NextExpires { get; private set; }

    /// <summary>Whether it is in one of the queues.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether a change was sent and is not confirmed.</summary>
    internal bool IsUnderWay { get; private set; }

    /// <summary>The sealed session that was sent; null for a removal.</summary>
    internal byte[]? Sent { get; private set; }

    /// <summary>When it has expired.</summary>
    internal long SentExpires { get; private set; }

    internal bool IsNextRemoval => HasNext && Next is null;

    internal bool IsSentRemoval => IsUnderWay && Sent is null;

    internal void SetNext(byte[]? entry, long expires)
    {
        HasNext = true;
        Next = entry;
        NextExpires = expires;
    }

    internal void ClearNext()
    {
        HasNext = false;
        Next = null;
    }

    /// <summary>What waited is sent.</summary>
    internal void Begin()
    {
        IsUnderWay = true;
        Sent = Next;
        SentExpires = NextExpires;
        ClearNext();
    }

    /// <summary>What was sent is confirmed, or lost.</summary>
    internal void End()
    {
        IsUnderWay = false;
        Sent = null;
    }
}
