using System;
using System.Collections.Generic;
using System.IO;
using TlsMgr.Sharing;

namespace TlsMgr.Tests.Sharing;

/// <summary>Hosts of one pool with one server, for a test.</summary>
public abstract class SharingRig : IDisposable
{
    /// <summary>The reply that there is no session.</summary>
    private protected const string Miss = "status|4294967295|session|||";

    private readonly List<SharingHost> _hosts = [];

    private protected SharingRig() => State = SharingHost.NewState(Root);

    /// <summary>A directory of this test.</summary>
    private protected string Root { get; } = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;

    /// <summary>The content of the server, by key.</summary>
    private protected Dictionary<string, byte[]> Server { get; } = [];

    /// <summary>The state of the pool, of which each host has a copy.</summary>
    private protected string State { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hosts.ForEach(static host => host.Dispose());
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a host, and connects it unless the test does: see <see cref="SharingHost"/>.</summary>
    private protected SharingHost Host(
        Func<SharingSettings, SharingSettings>? settings = null, string? state = null, byte policy = 1, int trust = 1,
        int ahead = 0, bool isConnected = true)
    {
        SharingHost host = new(Server, state ?? SharingHost.Copy(State), settings, policy, trust, ahead);
        _hosts.Add(host);
        return isConnected ? host.Connected() : host;
    }
}
