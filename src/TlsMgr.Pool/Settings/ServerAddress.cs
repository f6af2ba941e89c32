using System.Globalization;
using System.Net;

namespace TlsMgr.Pool.Settings;

/// <summary>One server, or one Sentinel, as tlspool_server names it.</summary>
/// <param name="Text">The text, for the log: <c>inet:redis.example.com:6379</c>.</param>
/// <param name="Host">The name or address; empty for a Unix socket.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="SocketPath">The path of a Unix socket; empty for TCP.</param>
internal sealed record ServerAddress(string Text, string Host, int Port, string SocketPath)
{
    private const string Tcp = "inet:";
    private const string Unix = "unix:";

    /// <summary>Whether it is a Unix socket.</summary>
    internal bool IsUnix => SocketPath.Length > 0;

    /// <summary>Parses one address. Returns why it is malformed, or null.</summary>
    internal static string? Parse(string text, out ServerAddress? address)
    {
        address = null;
        if (text.StartsWith(Unix, System.StringComparison.Ordinal))
        {
            string path = text[Unix.Length..];
            address = path.StartsWith('/') ? new ServerAddress(text, "", 0, path) : null;
            return address is null ? "the path of a socket begins with /" : null;
        }

        if (!text.StartsWith(Tcp, System.StringComparison.Ordinal))
        {
            return "not inet:HOST:PORT or unix:PATH";
        }

        string rest = text[Tcp.Length..];
        int colon = rest.LastIndexOf(':');
        string host = colon < 0 ? rest : rest[..colon];
        if (colon < 0 || !ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture,
            out ushort port) || port == 0)
        {
            return "no port from 1 to 65535 after the last colon";
        }

        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        host = isBracketed ? host[1..^1] : host;
        bool isSound = isBracketed ? IPAddress.TryParse(host, out _) : host.Length > 0 && !host.Contains(':');
        if (!isSound)
        {
            return "not a host name, an IPv4 address, or an IPv6 address in brackets";
        }

        address = new ServerAddress(text, host, port, "");
        return null;
    }
}
