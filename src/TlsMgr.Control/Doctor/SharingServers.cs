using System;
using System.Linq;
using System.Net;

namespace TlsMgr.Control.Doctor;

/// <summary>The addresses in tlspool_server: <c>unix:PATH</c> and <c>inet:HOST:PORT</c>.</summary>
internal static class SharingServers
{
    private const string LocalPrefix = "unix:";
    private const string RemotePrefix = "inet:";
    private const string LocalHost = "localhost";

    /// <summary>The first address that is not of this machine; null without one.</summary>
    internal static string? FindOpenAddress(string servers) =>
        servers.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(static server => !server.StartsWith(LocalPrefix, StringComparison.Ordinal)
                && !IsLocal(HostOf(server)));

    private static bool IsLocal(string host) => host == LocalHost
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static string HostOf(string server)
    {
        bool isMarked = server.StartsWith(RemotePrefix, StringComparison.Ordinal);
        string rest = isMarked ? server[RemotePrefix.Length..] : server;
        int colon = rest.LastIndexOf(':');
        return (colon < 0 ? rest : rest[..colon]).Trim('[', ']');
    }
}
