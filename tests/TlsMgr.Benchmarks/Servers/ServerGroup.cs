using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>Servers that run at the same time and are measured in turns.</summary>
internal sealed class ServerGroup : IDisposable
{
    private readonly List<BenchmarkServer> _servers = [];

    internal ServerGroup(IEnumerable<ServerDefinition> definitions, Func<ServerDefinition, BenchmarkServer> start)
    {
        try
        {
            _servers.AddRange(definitions.Select(start));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IReadOnlyList<BenchmarkServer> Servers => _servers;

    /// <summary>
    /// The order of a round: each round begins with another server, because a server may leave writes for the disk
    /// that slow down the next one.
    /// </summary>
    internal static IEnumerable<T> InRotation<T>(IReadOnlyList<T> servers, int round) =>
        servers.Select((_, place) => servers[(place + round) % servers.Count]);

    /// <summary>Stops the servers.</summary>
    /// <exception cref="BenchmarkException">A server logged something: its figures are not comparable.</exception>
    internal void End() => _servers.ForEach(static server => server.End());

    public void Dispose() => _servers.ForEach(static server => server.Dispose());
}
