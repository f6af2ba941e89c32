using System;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>One server, or several that belong together, in which hosts share sessions.</summary>
internal interface ISharedStore : IDisposable
{
    /// <summary>The name in reports.</summary>
    string Name { get; }

    /// <summary>The lines of tlsmgr.cf that lead tlspool to it.</summary>
    string[] Parameters { get; }

    /// <summary>How many sealed sessions it holds.</summary>
    int CountSessions();
}
