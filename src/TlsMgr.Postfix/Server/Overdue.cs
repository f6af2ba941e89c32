namespace TlsMgr.Postfix.Server;

/// <summary>The deadline that a client missed.</summary>
public enum Overdue
{
    /// <summary>None.</summary>
    Nothing,

    /// <summary>To finish a request.</summary>
    Request,

    /// <summary>To read replies.</summary>
    Reply,
}
