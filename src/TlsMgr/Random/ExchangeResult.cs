namespace TlsMgr.Random;

/// <summary>The result of an update.</summary>
internal enum ExchangeResult
{
    /// <summary>The file is up to date.</summary>
    Done,

    /// <summary>The update failed and the failure is logged.</summary>
    Failed,

    /// <summary>Another process holds the lock.</summary>
    Locked,

    /// <summary>The file was removed while it was open.</summary>
    Removed,
}
