using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>A primary with two replicas, and three Sentinels that replace it when it is lost.</summary>
internal sealed class ServerTrio : ISharedStore
{
    private const string Service = "sessions";
    private const int FirstPort = 6481;
    private const int FirstSentinelPort = 26481;
    private const int Size = 3;

    private readonly List<CacheServer> _servers = [];
    private readonly List<CacheServer> _sentinels = [];
    private readonly CancellationToken _cancellation;

    /// <summary>Starts all six processes.</summary>
    internal ServerTrio(ServerProgram program, string area, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        Name = NameOf(program);
        for (int i = 0; i < Size; i++)
        {
            string[] replica = i == 0 ? [] : ["--replicaof", CacheServer.Address, Number(FirstPort)];
            _servers.Add(CacheServer.Start(
                program, area, FirstPort + i, cancellation,
                ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", .. replica]));
        }

        AwaitReplicas();
        for (int i = 0; i < Size; i++)
        {
            _sentinels.Add(StartSentinel(program, area, FirstSentinelPort + i));
        }

        if (!Deadline.Await(() => _sentinels.TrueForAll(IsInformed), cancellation))
        {
            throw new RigException("the Sentinels do not find each other");
        }
    }

    public string Name { get; }

    /// <summary>Its name in reports, by its program.</summary>
    internal static string NameOf(ServerProgram program) => $"{program.Name}, {Size} Sentinels";

    public string[] Parameters =>
    [
        $"tlspool_server = {string.Join(", ", _sentinels.Select(static server => server.Endpoint))}",
        $"tlspool_sentinel_service = {Service}",
    ];

    /// <summary>The primary, by what the Sentinels know.</summary>
    internal CacheServer Primary
    {
        get
        {
            string[] address = _sentinels[0].Command("sentinel", "get-master-addr-by-name", Service)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return _servers.Find(server => address.Length == 2 && Number(server.Port) == address[1])
                ?? throw new RigException($"the Sentinels name no primary: {string.Join(' ', address)}");
        }
    }

    public int CountSessions() => Primary.CountSessions();

    /// <summary>Kills the primary, and waits until the Sentinels have another one.</summary>
    internal void FailOver()
    {
        CacheServer before = Primary;
        before.Kill();
        AwaitOther(before);
    }

    /// <summary>Has the Sentinels make a replica of the primary, and waits until they have another one.</summary>
    internal void Replace()
    {
        CacheServer before = Primary;
        _sentinels[0].Command("sentinel", "failover", Service);
        AwaitOther(before);
    }

    /// <summary>
    /// Starts what <see cref="FailOver"/> killed: it takes itself for a primary until a Sentinel sees it.
    /// </summary>
    internal void Revive()
    {
        foreach (CacheServer server in _servers.Where(static server => server.ProcessId == 0))
        {
            server.Start();
        }

        if (!Deadline.Await(() => _sentinels.TrueForAll(IsInformed) && _servers.Count(static server =>
            server.Command("info", "replication").Contains("role:master")) == 1, _cancellation))
        {
            throw new RigException("the Sentinels do not make replicas of the other servers");
        }
    }

    public void Dispose()
    {
        _sentinels.ForEach(static server => server.Dispose());
        _servers.ForEach(static server => server.Dispose());
    }

    private void AwaitOther(CacheServer before)
    {
        if (!Deadline.Await(
            () => Primary is var after && after != before
                && after.Command("info", "replication").Contains("role:master"),
            _cancellation))
        {
            throw new RigException("the Sentinels choose no other primary");
        }
    }

    private void AwaitReplicas()
    {
        if (!Deadline.Await(
            () => _servers.Skip(1).All(static server =>
                server.Command("info", "replication").Contains("master_link_status:up")),
            _cancellation))
        {
            throw new RigException("the replicas do not reach the primary");
        }
    }

    // A Sentinel rewrites its file.
    private CacheServer StartSentinel(ServerProgram program, string area, int port)
    {
        string file = Path.Combine(area, string.Create(CultureInfo.InvariantCulture, $"sentinel{port}.conf"));
        File.WriteAllLines(
            file,
            [
                $"sentinel monitor {Service} {CacheServer.Address} {FirstPort} 2",
                $"sentinel down-after-milliseconds {Service} 1000",
                $"sentinel failover-timeout {Service} 4000",
            ]);
        return CacheServer.StartSentinel(program, area, port, file, _cancellation);
    }

    private static bool IsInformed(CacheServer sentinel)
    {
        string info = sentinel.Command("info", "sentinel");
        return info.Contains($"slaves={Size - 1},sentinels={Size}", StringComparison.Ordinal);
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
