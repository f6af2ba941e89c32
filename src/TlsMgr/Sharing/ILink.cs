using System;

namespace TlsMgr.Sharing;

/// <summary>The connection to tlspool, as those see it who use it.</summary>
internal interface ILink : IDisposable
{
    /// <summary>Whether requests can be written now: connected, greeted, and not too much unsent.</summary>
    bool IsReady { get; }

    /// <summary>Writes requests; they are sent at the end of the turn.</summary>
    LinkWriter Output { get; }

    /// <summary>The number of another request: 1 and more.</summary>
    int NextNumber();

    /// <summary>Sends what was written in a turn, with one system call.</summary>
    void EndTurn();

    /// <summary>Ends the connection; another one is opened after a pause.</summary>
    void Break(string reason);
}
