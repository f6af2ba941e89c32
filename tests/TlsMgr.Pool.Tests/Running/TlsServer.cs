using System;
using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Testing;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>A server that has a second port, 10,000 above the first one, for TLS.</summary>
internal sealed class TlsServer : IDisposable
{
    private const int Distance = 10000;

    private readonly RedisServer _server;
    private readonly bool _usesTls;

    /// <summary>Starts a server.</summary>
    /// <param name="usesTls">Whether <see cref="Address"/> is the port for TLS.</param>
    /// <param name="options">The options with the certificates.</param>
    internal TlsServer(bool usesTls, IEnumerable<string> options)
    {
        _usesTls = usesTls;
        _server = new RedisServer(port => ["--tls-port", Port(port), .. options]);
    }

    /// <summary>As tlspool_server names it.</summary>
    internal string Address => _usesTls ? $"inet:127.0.0.1:{Port(_server.Port)}" : _server.Address;

    public void Dispose() => _server.Dispose();

    private static string Port(int port) => (port + Distance).ToString(CultureInfo.InvariantCulture);
}
