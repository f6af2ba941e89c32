// Evaluates the parameters of tlspool(8), while privileged and before the jail: reads files, resolves names. A fault is
// a value: the process serves without a server, and says why.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Settings;

/// <summary>The evaluated parameters.</summary>
internal sealed class ServerSettings
{
    private readonly List<ServerEndPoint> _endPoints = [];

    private ServerSettings(PoolServerParameters parameters)
    {
        Prefix = parameters.Prefix;
        SentinelService = parameters.SentinelService;
        User = parameters.User;
    }

    /// <summary>Why there is no server; null when there is one.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Whether the fault may be gone at the next start: a name could not be resolved.</summary>
    internal bool IsTemporary { get; private set; }

    /// <summary>The servers, or the Sentinels.</summary>
    internal IReadOnlyList<ServerEndPoint> EndPoints => _endPoints;

    /// <summary>What all keys begin with.</summary>
    internal string Prefix { get; }

    /// <summary>The service that the Sentinels watch; empty when the endpoints are servers.</summary>
    internal string SentinelService { get; }

    /// <summary>The ACL user; empty for the default user.</summary>
    internal string User { get; }

    /// <summary>The password; null for none.</summary>
    internal string? Password { get; private set; }

    /// <summary>The certificates; null for connections without TLS.</summary>
    internal TlsMaterial? Tls { get; private set; }

    /// <summary>Evaluates the parameters.</summary>
    /// <param name="parameters">The texts.</param>
    /// <param name="jailDirectory">The directory of the jail, to be entered later; null for none.</param>
    /// <param name="log">Receives warnings.</param>
    internal static ServerSettings Evaluate(PoolServerParameters parameters, string? jailDirectory, Log log)
    {
        ServerSettings settings = new(parameters);
        settings.Fault = settings.CheckPrefix()
            ?? settings.ReadServers(parameters, jailDirectory, log)
            ?? settings.ReadTls(parameters)
            ?? settings.ReadPassword(parameters, log);
        return settings;
    }

    private string? CheckPrefix()
    {
        if (Prefix.Length is 0 or > SettingsLimits.PrefixBytes
            || Prefix.Any(static character => character is <= ' ' or > '~' or '{' or '}'))
        {
            return Bad("tlspool_prefix", Prefix,
                $"1 to {SettingsLimits.PrefixBytes} printable characters without space, {{ and }}");
        }

        return null;
    }

    private string? ReadServers(PoolServerParameters parameters, string? jailDirectory, Log log)
    {
        string[] texts = parameters.Servers.Split(
            [',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length == 0)
        {
            return "parameter tlspool_server is empty";
        }

        List<ServerAddress> addresses = [];
        foreach (string text in texts)
        {
            if (ServerAddress.Parse(text, out ServerAddress? address) is { } fault)
            {
                return Bad("tlspool_server", text, fault);
            }

            addresses.Add(address!);
        }

        if (addresses.Count > 1 && addresses.Any(static address => address.IsUnix))
        {
            return Bad("tlspool_server", parameters.Servers, "a Unix socket must be the only server");
        }

        return addresses[0].IsUnix
            ? AddSocket(addresses[0], jailDirectory)
            : Resolve(addresses, log);
    }

    private string? AddSocket(ServerAddress address, string? jailDirectory)
    {
        string path = address.SocketPath;
        if (SentinelService.Length > 0)
        {
            return Bad("tlspool_server", address.Text, "a Sentinel has no Unix socket");
        }

        if (jailDirectory is not null)
        {
            string root = jailDirectory.TrimEnd('/') + "/";
            path = path.StartsWith(root, StringComparison.Ordinal) ? path[(root.Length - 1)..] : path;
        }

        _endPoints.Add(new ServerEndPoint(new UnixDomainSocketEndPoint(path), address.Text, ""));
        return null;
    }

    private string? Resolve(List<ServerAddress> addresses, Log log)
    {
        Task<IPAddress[]>[] answers = [.. addresses.Select(Resolve)];
        ((IAsyncResult)Task.WhenAll(answers)).AsyncWaitHandle.WaitOne(
            TimeSpan.FromSeconds(SettingsLimits.ResolveSeconds));
        string? fault = null;
        foreach ((ServerAddress address, Task<IPAddress[]> answer) in addresses.Zip(answers))
        {
            if (answer.IsCompletedSuccessfully)
            {
                Add(address, answer.Result);
                continue;
            }

            string reason = answer.Exception?.InnerException?.Message ?? "no answer in time";
            fault = Bad("tlspool_server", address.Text, reason);
        }

        // One name that does not resolve is no reason to do without the other servers.
        IsTemporary = _endPoints.Count == 0;
        if (fault is not null && !IsTemporary)
        {
            log.Warning($"{fault} -- continuing with the other servers");
        }

        return IsTemporary ? $"{fault} (next attempt in {SettingsLimits.UnresolvedLifeSeconds} s)"
            : _endPoints.Count > SettingsLimits.EndPoints
                ? Bad("tlspool_server", $"{_endPoints.Count} addresses", $"more than {SettingsLimits.EndPoints}")
                : null;
    }

    private static Task<IPAddress[]> Resolve(ServerAddress address) =>
        IPAddress.TryParse(address.Host, out IPAddress? ip) ? Task.FromResult<IPAddress[]>([ip])
            : Dns.GetHostAddressesAsync(address.Host);

    private void Add(ServerAddress address, IPAddress[] resolved)
    {
        foreach (IPAddress ip in resolved.Distinct())
        {
            IPEndPoint place = new(ip, address.Port);
            string name = address.Host == ip.ToString() ? $"{place}" : $"{address.Host}[{ip}]:{place.Port}";
            _endPoints.Add(new ServerEndPoint(place, name, address.Host));
        }
    }

    private string? ReadTls(PoolServerParameters parameters)
    {
        if (parameters.AuthoritiesFile.Length == 0)
        {
            return parameters.CertificateFile.Length > 0
                ? Bad("tlspool_tls_cert_file", parameters.CertificateFile, "tlspool_tls_CAfile is empty")
                : null;
        }

        if (_endPoints[0].Address is UnixDomainSocketEndPoint)
        {
            return Bad("tlspool_tls_CAfile", parameters.AuthoritiesFile, "a Unix socket is used without TLS");
        }

        string? fault = TlsMaterial.Read(
            parameters.AuthoritiesFile, parameters.CertificateFile, parameters.KeyFile, out TlsMaterial? material);
        Tls = material;
        return fault;
    }

    private string? ReadPassword(PoolServerParameters parameters, Log log)
    {
        string path = parameters.PasswordFile;
        if (path.Length == 0)
        {
            return User.Length > 0 ? Bad("tlspool_user", User, "tlspool_password_file is empty") : null;
        }

        if (SecretFile.Read(path, out SecretFile? file) is { } fault)
        {
            return $"open {path}: {fault}";
        }

        using (file)
        {
            ReadOnlySpan<char> line = file!.Text;
            int end = line.IndexOfAny('\r', '\n');
            line = end < 0 ? line : line[..end];
            if (line.IsEmpty)
            {
                return $"file {path}: its first line is empty";
            }

            if (file.IsOpenToOthers)
            {
                log.Warning($"file {path}: other users than its owner can use it");
            }

            // The library takes a string, which cannot be erased; the buffers of the file are.
            Password = new string(line);
        }

        return null;
    }

    private static string Bad(string parameter, string value, string reason) =>
        $"parameter {parameter}: bad value: {value}: {reason}";
}
