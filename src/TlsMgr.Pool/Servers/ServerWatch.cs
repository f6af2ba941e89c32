// Which server is used, and whether it works. The library alone does not notice in time that a server became a replica,
// and after a failover may stay with the old one. So each server has a connection of its own, and each is probed: the
// one in use is kept while it can be written, else the first that can. Nodes of a cluster share one connection of the
// library, which knows their slots. Sentinels are asked for the primary's address.
//
// Runs on threads of the pool; what it finds goes to the event loop as a ServerView.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;
using TlsMgr.Pool.Settings;

namespace TlsMgr.Pool.Servers;

/// <summary>Watches the servers until it is disposed of.</summary>
internal sealed class ServerWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(StoreLimits.ProbeMilliseconds);
    private static readonly TimeSpan UrgentPause = TimeSpan.FromMilliseconds(StoreLimits.UrgentProbeMilliseconds);
    private static readonly TimeSpan InfoPause = TimeSpan.FromSeconds(StoreLimits.InfoSeconds);

    private readonly ServerSettings _settings;
    private readonly Tunnel _tunnel;
    private readonly TimeProvider _clock;
    private readonly Action<ServerView> _publish;
    private readonly SentinelWatch? _sentinels;
    private readonly SemaphoreSlim _urgent = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private List<ServerProbe> _servers = [];
    private IReadOnlyList<ServerEndPoint> _places;
    private ServerProbe? _used;
    private ServerInfo _info = ServerInfo.Unknown;
    private readonly List<ServerProbe> _retired = [];
    private long _connectedAt;
    private long _infoAt;
    private int _epoch;
    private bool _isCluster;
    private volatile bool _hasMoved;
    private ClusterTopology _topology = new();

    /// <summary>Creates a watch that does not run.</summary>
    /// <param name="settings">The evaluated parameters, without a fault.</param>
    /// <param name="tunnel">Makes connections.</param>
    /// <param name="clock">The time of its waits.</param>
    /// <param name="publish">Receives each view, on any thread.</param>
    internal ServerWatch(ServerSettings settings, Tunnel tunnel, TimeProvider clock, Action<ServerView> publish)
    {
        _tunnel = tunnel;
        _settings = settings;
        _clock = clock;
        _publish = publish;
        _sentinels = settings.SentinelService.Length > 0 ? new SentinelWatch(settings, tunnel, clock) : null;
        _places = _sentinels is null ? settings.EndPoints : [];
        Connect();
    }

    /// <summary>Reports that a request failed: the server is probed soon. May be called by any thread.</summary>
    internal void Report(ServerFault fault)
    {
        _hasMoved |= fault.Kind == FaultKind.Moved;
        if (_urgent.CurrentCount == 0)
        {
            try
            {
                _urgent.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another thread reported a fault at the same time: one probe serves both.
                _hasMoved |= fault.Kind == FaultKind.Moved;
            }
        }
    }

    /// <summary>Watches until <see cref="Dispose"/>.</summary>
    internal async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await TurnAsync().ConfigureAwait(false);
            try
            {
                await Task.Delay(UrgentPause, _clock, _end.Token).ConfigureAwait(false);
                if (!IsStarting())
                {
                    await _urgent.WaitAsync(Pause - UrgentPause, _end.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Close(_retired);
        Close(_servers);
        _sentinels?.Dispose();
    }

    /// <summary>Ends the watch, and closes its connections.</summary>
    public void Dispose() => _end.Cancel();

    private async Task TurnAsync()
    {
        if (_sentinels is not null && await _sentinels.FindPrimaryAsync().ConfigureAwait(false) is { } primary
            && (_places.Count == 0 || !_places[0].Address.Equals(primary.Address)))
        {
            _places = [primary];
            Connect();
        }

        if (_isCluster)
        {
            await _topology.FollowAsync(_servers[0]).ConfigureAwait(false);
        }

        await Task.WhenAll(_servers.Select(static server => server.RunAsync())).ConfigureAwait(false);
        if (!_isCluster && (_hasMoved || _servers.Exists(
            static server => server.Last.Fault is { Kind: FaultKind.Moved })))
        {
            _isCluster = true;
            Connect();
            return;
        }

        Choose();
        if (_used is { } used && _clock.GetElapsedTime(_infoAt) >= InfoPause && used.Last.Reads)
        {
            _infoAt = _clock.GetTimestamp();
            _info = await ReadInfoAsync(used).ConfigureAwait(false);
            if (_info.IsCluster && !_isCluster)
            {
                _isCluster = true;
                Connect();
                return;
            }
        }

        if (!IsStarting())
        {
            Publish();
            Close(_retired);
        }

        Repair();
    }

    /// <summary>
    /// Whether connections to other places are being made: until one fails, that is no fault, and requests still go to
    /// the places before.
    /// </summary>
    private bool IsStarting() => _used is null && _servers.Count > 0
        && _clock.GetElapsedTime(_connectedAt).TotalMilliseconds < StoreLimits.FirstConnectionMilliseconds
        && _servers.TrueForAll(static server => server.Last.Fault == ServerFault.NotConnected);

    private void Choose()
    {
        ServerProbe? best = _used is { Last.Fault: null } ? _used
            : _servers.FirstOrDefault(static server => server.Last.Fault is null)
            ?? (_used is { Last.Reads: true } ? _used : _servers.FirstOrDefault(static server => server.Last.Reads));
        if (best is not null && best != _used)
        {
            _used = best;
            _epoch++;
            _infoAt = 0;
            _info = ServerInfo.Unknown;
        }
    }

    /// <summary>Makes new connections where the old ones no longer lead to the service.</summary>
    private void Repair()
    {
        for (int i = 0; i < _servers.Count; i++)
        {
            // A server that replies is asked again on the same connection, whatever it replies.
            bool replies = _servers[i].Last.Reads
                || _servers[i].Last.Fault is not { Kind: FaultKind.Unreachable or FaultKind.Moved };
            if (!replies && _servers[i].IsRenewalDue())
            {
                Renew(i);
            }
        }
    }

    private void Renew(int index)
    {
        ServerProbe old = _servers[index];
        old.Link.Dispose();
        ServerLink link = new(old.Link.Kind, old.Link.EndPoints, _settings, old.Link.UsesPassword, _tunnel);
        _servers[index] = new ServerProbe(link, _settings.Prefix, _clock, old);
        _used = _used == old ? null : _used;
    }

    private void Connect()
    {
        _retired.AddRange(_servers);
        _used = null;
        _connectedAt = _clock.GetTimestamp();
        _hasMoved = false;
        _topology = new ClusterTopology();
        bool usesPassword = _settings.Password is not null;
        IEnumerable<IReadOnlyList<ServerEndPoint>> groups = _isCluster
            ? [_places]
            : _places.Select(static place => (IReadOnlyList<ServerEndPoint>)[place]);
        PeerKind kind = _isCluster ? PeerKind.Cluster : PeerKind.Server;
        _servers = [.. groups.Select(group => new ServerProbe(
            new ServerLink(kind, group, _settings, usesPassword, _tunnel), _settings.Prefix, _clock, null))];
    }

    private static void Close(List<ServerProbe> servers)
    {
        foreach (ServerProbe server in servers)
        {
            server.Link.Dispose();
        }

        servers.Clear();
    }

    private async Task<ServerInfo> ReadInfoAsync(ServerProbe server)
    {
        try
        {
            IServer? one = server.Link.Multiplexer?.GetServers().FirstOrDefault(static node => node.IsConnected);
            if (one is null)
            {
                return _info;
            }

            RedisResult[] sections = new RedisResult[3];
            for (int i = 0; i < sections.Length; i++)
            {
                string section = i == 0 ? "server" : i == 1 ? "memory" : "clients";
                sections[i] = await server.BoundAsync(
                    one.ExecuteAsync(LibraryOptions.Info, [section], CommandFlags.None)).ConfigureAwait(false);
            }

            return ServerInfo.Parse((string?)sections[0], (string?)sections[1], (string?)sections[2]);
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            // Not needed to serve; an ACL without INFO is a choice of the server's administrator.
            return ServerInfo.Unknown;
        }
    }

    private void Publish()
    {
        ServerProbe? used = _used is { Last.Reads: true } ? _used : null;
        ServerFault? fault = used is not null
            ? used.Last.Fault ?? _sentinels?.Fault
            : _sentinels?.Fault ?? _servers.FirstOrDefault()?.Last.Fault
                ?? new ServerFault(FaultKind.Unreachable, "no server is known");
        ServerProbe? named = used ?? _servers.FirstOrDefault();
        _publish(new ServerView
        {
            Database = used?.Link.Multiplexer?.GetDatabase(),
            Flags = ServerProbe.Flags(used?.Link.Kind ?? PeerKind.Server),
            Lost = used?.Lost,
            Epoch = _epoch,
            Name = named is null ? "" : string.Join(",", named.Link.EndPoints.Select(static place => place.Name)),
            Fault = fault,
            EndPoints = Describe(),
            Info = used is null ? ServerInfo.Unknown : _info,
        });
    }

    private string Describe()
    {
        IEnumerable<string> servers = _isCluster && _servers.FirstOrDefault()?.Link.Multiplexer is { } cluster
            ? cluster.GetServers().Where(static node => !node.IsReplica)
                .Select(static node => $"{node.EndPoint} {(node.IsConnected ? "up" : "down")}")
            : _servers.Select(server => $"{server.Link.EndPoints[0].Name} {(
                server == _used && server.Last.Fault is null ? "used"
                : server.Last.Fault is { Kind: FaultKind.ReadOnly } ? "replica"
                : server.Last.Reads ? "up" : "down")}");
        string text = string.Join(", ", servers);
        return _sentinels is null ? text : $"{text}{(text.Length > 0 ? ", " : "")}{_sentinels.Describe()}";
    }
}
