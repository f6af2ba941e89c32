using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;
using TlsMgr.Pool.Settings;

namespace TlsMgr.Pool.Servers;

/// <summary>Asks the Sentinels where the primary of the service is. Used by the watch only.</summary>
internal sealed class SentinelWatch : IDisposable
{
    private const string AddressQuery = "get-master-addr-by-name";

    private readonly ServerSettings _settings;
    private readonly Tunnel _tunnel;
    private readonly TimeProvider _clock;
    private readonly ServerProbe[] _sentinels;

    internal SentinelWatch(ServerSettings settings, Tunnel tunnel, TimeProvider clock)
    {
        _tunnel = tunnel;
        _settings = settings;
        _clock = clock;
        _sentinels = [.. settings.EndPoints.Select(place => Connect(place, settings.Password is not null))];
    }

    /// <summary>Why no Sentinel named a primary; null when one did.</summary>
    internal ServerFault? Fault { get; private set; }

    /// <summary>The endpoints and their condition, for the state.</summary>
    internal string Describe() => string.Join(", ", _sentinels.Select(static one =>
        $"sentinel {one.Link.EndPoints[0].Name} {(one.Link.AttemptFault is null ? "up" : "down")}"));

    /// <summary>Returns the primary's place; null when no Sentinel names one.</summary>
    internal async Task<ServerEndPoint?> FindPrimaryAsync()
    {
        ServerFault? first = null;
        for (int i = 0; i < _sentinels.Length; i++)
        {
            (ServerEndPoint? place, ServerFault? fault) = await AskAsync(_sentinels[i]).ConfigureAwait(false);
            if (place is not null)
            {
                Fault = null;
                return place;
            }

            first ??= fault;
            Reconsider(i);
        }

        Fault = first;
        return null;
    }

    public void Dispose()
    {
        foreach (ServerProbe sentinel in _sentinels)
        {
            sentinel.Link.Dispose();
        }
    }

    private async Task<(ServerEndPoint? Place, ServerFault? Fault)> AskAsync(ServerProbe sentinel)
    {
        ServerLink link = sentinel.Link;
        string name = link.EndPoints[0].Name;
        if (link.Multiplexer is not { } multiplexer)
        {
            return (null, Fail(name, link.AttemptFault ?? "not connected yet"));
        }

        try
        {
            IServer server = multiplexer.GetServer(link.EndPoints[0].Address);
            RedisResult reply = await sentinel.BoundAsync(server.ExecuteAsync(
                "SENTINEL", [AddressQuery, _settings.SentinelService], CommandFlags.None)).ConfigureAwait(false);
            return reply.IsNull || reply.Length != 2
                ? (null, Fail(name, $"it knows no service {_settings.SentinelService}"))
                : Place((string?)reply[0] ?? "", (string?)reply[1] ?? "", name);
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            ServerFault reason = ServerFault.Of(fault, link.AttemptFault);
            return (null, reason with { Text = $"sentinel {name}: {reason.Text}" });
        }
    }

    /// <summary>The place that a Sentinel named: an address, or a name that was resolved before the jail.</summary>
    private (ServerEndPoint? Place, ServerFault? Fault) Place(string host, string port, string sentinel)
    {
        if (!ushort.TryParse(port, out ushort number))
        {
            return (null, Fail(sentinel, "its reply is malformed"));
        }

        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            IPEndPoint place = new(address, number);
            return (new ServerEndPoint(place, $"{place}", host), null);
        }

        foreach (ServerEndPoint known in _settings.EndPoints)
        {
            if (known.HostName == host && known.Address is IPEndPoint { Address: { } ip })
            {
                return (new ServerEndPoint(new IPEndPoint(ip, number), $"{host}[{ip}]:{number}", host), null);
            }
        }

        return (null, Fail(sentinel, $"it names a host {host} that tlspool_server does not name"));
    }

    /// <summary>Sentinels often ask for no password: after a refusal, the other way is tried.</summary>
    private void Reconsider(int index)
    {
        ServerProbe sentinel = _sentinels[index];
        if (_settings.Password is not null && sentinel.Link.IsPasswordRefused)
        {
            sentinel.Link.Dispose();
            _sentinels[index] = Connect(sentinel.Link.EndPoints[0], !sentinel.Link.UsesPassword);
        }
    }

    private static ServerFault Fail(string name, string text) => new(FaultKind.Unreachable, $"sentinel {name}: {text}");

    private ServerProbe Connect(ServerEndPoint place, bool usesPassword) =>
        new(
            new ServerLink(PeerKind.Sentinel, [place], _settings, usesPassword, _tunnel), _settings.Prefix, _clock,
            null);
}
