namespace TlsMgr.Sharing;

/// <summary>What happened to sessions that hosts share.</summary>
public enum SharingEvent
{
    /// <summary>A session was asked for.</summary>
    Asked,

    /// <summary>The pool had it, and it may be used.</summary>
    Hits,

    /// <summary>The pool did not have it.</summary>
    Misses,

    /// <summary>It came when the client had its reply.</summary>
    Late,

    /// <summary>A change was dropped because too many waited, or its life was over.</summary>
    Dropped,

    /// <summary>A session was sealed.</summary>
    Sealed,

    /// <summary>An entry was not used: forged, damaged, moved, withdrawn, expired, or from the future.</summary>
    Refused,

    /// <summary>An answer did not come in time.</summary>
    Overdue,

    /// <summary>The pool has confirmed a session.</summary>
    Stored,

    /// <summary>A lookup of smtpd was not asked for, because nobody has stored such an id.</summary>
    Filtered,

    /// <summary>A reply was held.</summary>
    Held,

    /// <summary>The pool did not do what it was asked for.</summary>
    Failed,

    /// <summary>tlspool sent what nobody waits for, or what is no message.</summary>
    Unexpected,

    /// <summary>An answer was dropped: the session was changed or removed here meanwhile.</summary>
    Overtaken,
}
