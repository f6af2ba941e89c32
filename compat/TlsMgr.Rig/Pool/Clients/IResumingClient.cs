using System;
using System.Threading;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>A client of others that keeps sessions, with nothing kept at first.</summary>
internal interface IResumingClient : IDisposable
{
    /// <summary>Connects to an SMTP server and uses TLS; whether it resumed is in the server's log.</summary>
    /// <exception cref="RigException">The conversation failed.</exception>
    void Connect(string address, int port, CancellationToken cancellation);
}
