// The settings of StackExchange.Redis. It may send few commands, so that its ideas of roles do not get in the way of
// ours: told of a replica (by HELLO, INFO or CONFIG), it refuses to write there and does not ask again for a minute.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;
using TlsMgr.Pool.Settings;

namespace TlsMgr.Pool.Servers;

/// <summary>Makes the settings of one connection.</summary>
internal static class LibraryOptions
{
    /// <summary>
    /// The command by whose name INFO is sent: the library would learn roles from its own use of that name.
    /// </summary>
    internal const string Info = "TIME";

    private const int KeepAliveSeconds = 10;

    /// <summary>What the library would send by itself.</summary>
    private static readonly string[] Unused =
    [
        "CLIENT", "CONFIG", "HELLO", "INFO", "SET", "ROLE", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "PUBLISH",
        "READONLY", "READWRITE",
    ];

    /// <summary>Returns the settings.</summary>
    /// <param name="kind">What is at the other end.</param>
    /// <param name="endPoints">Where to connect to.</param>
    /// <param name="settings">The evaluated parameters.</param>
    /// <param name="usesPassword">Whether the peer asks for the password.</param>
    /// <param name="tunnel">Makes the connections; with TLS, .NET makes them.</param>
    /// <param name="onCertificate">Is shown why a server's certificate is refused.</param>
    internal static ConfigurationOptions Create(
        PeerKind kind, IReadOnlyList<ServerEndPoint> endPoints, ServerSettings settings, bool usesPassword,
        Tunnel tunnel, Action<string> onCertificate)
    {
        ConfigurationOptions options = new()
        {
            AbortOnConnectFail = false,
            AllowAdmin = kind == PeerKind.Cluster, // for CLUSTER NODES
            AsyncTimeout = StoreLimits.LibraryMilliseconds,
            BacklogPolicy = BacklogPolicy.FailFast,
            CommandMap = CommandMap.Create(Commands(kind)),
            ConfigurationChannel = "",
            ConnectRetry = 1,
            ConnectTimeout = StoreLimits.LibraryMilliseconds,
            HeartbeatInterval = TimeSpan.FromMilliseconds(StoreLimits.HeartbeatMilliseconds),
            IncludeDetailInExceptions = false,
            KeepAlive = KeepAliveSeconds,
            Protocol = RedisProtocol.Resp2,
            ReconnectRetryPolicy = new LinearRetry(StoreLimits.LibraryMilliseconds),
            SetClientLibrary = false,
            SyncTimeout = StoreLimits.LibraryMilliseconds,
            TieBreaker = "",
        };
        foreach (ServerEndPoint endPoint in endPoints)
        {
            options.EndPoints.Add(endPoint.Address);
        }

        if (usesPassword)
        {
            options.User = settings.User.Length > 0 ? settings.User : null;
            options.Password = settings.Password;
        }

        if (settings.Tls is not { } material)
        {
            options.Tunnel = tunnel;
        }
        else
        {
            string[] names = [.. settings.EndPoints.Select(static place => place.HostName).Distinct()];
            string? only = endPoints.Count == 1 ? endPoints[0].HostName : null;
            options.Ssl = true;
            options.SslClientAuthenticationOptions = host =>
            {
                SslClientAuthenticationOptions tls = material.CreateOptions(only ?? host);
                tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    IsAccepted(certificate, chain, errors, names, onCertificate);
                return tls;
            };
        }

        return options;
    }

    private static Dictionary<string, string?> Commands(PeerKind kind)
    {
        Dictionary<string, string?> commands = new(StringComparer.OrdinalIgnoreCase) { [Info] = "INFO" };
        foreach (string name in Unused)
        {
            commands[name] = null;
        }

        commands[kind == PeerKind.Sentinel ? "ECHO" : "PING"] = null;
        if (kind != PeerKind.Sentinel)
        {
            commands["SENTINEL"] = null;
        }

        if (kind != PeerKind.Cluster)
        {
            commands["CLUSTER"] = null;
        }

        return commands;
    }

    /// <summary>
    /// Accepts a certificate of a configured authority that has the name of its own server, or the name of any server
    /// that is configured: nodes of clusters and primaries that Sentinels name are often known by address only.
    /// </summary>
    private static bool IsAccepted(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string[] names,
        Action<string> onCertificate)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors == SslPolicyErrors.RemoteCertificateNameMismatch && certificate is X509Certificate2 presented
            && names.Any(name => presented.MatchesHostname(name)))
        {
            return true;
        }

        string status = chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(static one => one.Status));
        onCertificate(errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            ? $"certificate verification failed: {status}"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
                ? "certificate verification failed: the server has none"
                : "certificate verification failed: it has another name");
        return false;
    }
}
