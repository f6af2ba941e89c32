using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>A cluster of three servers without replicas: each holds a third of all keys.</summary>
internal sealed class ServerCluster : ISharedStore
{
    private const int FirstPort = 7001;
    private const int Size = 3;

    private readonly List<CacheServer> _servers = [];

    /// <summary>Starts the servers and joins them.</summary>
    internal ServerCluster(ServerProgram program, string area, CancellationToken cancellation)
    {
        Name = NameOf(program);
        for (int i = 0; i < Size; i++)
        {
            _servers.Add(CacheServer.Start(
                program, area, FirstPort + i, cancellation,
                "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000",
                "--cluster-require-full-coverage", "no"));
        }

        Shell.Require(
            program.ClientPath,
            [
                "--cluster", "create", .. _servers.Select(static server => $"{CacheServer.Address}:{server.Port}"),
                "--cluster-yes",
            ],
            cancellation);
        if (!Deadline.Await(
            () => _servers.TrueForAll(static server => server.Command("cluster", "info").Contains("cluster_state:ok")),
            cancellation))
        {
            throw new RigException("the cluster does not become ready");
        }
    }

    public string Name { get; }

    /// <summary>Its name in reports, by its program.</summary>
    internal static string NameOf(ServerProgram program) => $"{program.Name}, a cluster of {Size}";

    public string[] Parameters =>
        [$"tlspool_server = {string.Join(", ", _servers.Select(static server => server.Endpoint))}"];

    internal IReadOnlyList<CacheServer> Servers => _servers;

    public int CountSessions() => _servers.Where(static server => server.ProcessId != 0)
        .Sum(static server => server.CountSessions());

    public void Dispose() => _servers.ForEach(static server => server.Dispose());
}
