// One multiplexer of the library: to one server, to a cluster, or to one Sentinel. It connects in the background, and
// nothing waits for that: the library takes up to 15 s for a server that accepts and is silent.
// Used by the watch only, one call at a time; the database that it hands out may be used by any thread.

using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;
using TlsMgr.Pool.Settings;

namespace TlsMgr.Pool.Servers;

/// <summary>One connection, or the connections to a cluster.</summary>
internal sealed class ServerLink : IDisposable
{
    private readonly Task<ConnectionMultiplexer> _connecting;
    private volatile string? _attemptFault;
    private volatile string? _certificateFault;
    private volatile bool _hasAttempted;
    private bool _isDisposed;

    /// <summary>Starts to connect.</summary>
    /// <param name="kind">What is at the other end.</param>
    /// <param name="endPoints">Where to connect to.</param>
    /// <param name="settings">The evaluated parameters.</param>
    /// <param name="usesPassword">Whether the peer asks for the password.</param>
    /// <param name="tunnel">Makes its connections.</param>
    internal ServerLink(
        PeerKind kind, IReadOnlyList<ServerEndPoint> endPoints, ServerSettings settings, bool usesPassword,
        Tunnel tunnel)
    {
        Kind = kind;
        UsesPassword = usesPassword;
        Credentials = !usesPassword ? []
            : settings.User.Length > 0 ? [settings.User, settings.Password!]
            : [settings.Password!];
        EndPoints = endPoints;
        ConfigurationOptions options = LibraryOptions.Create(
            kind, endPoints, settings, usesPassword, tunnel, fault => _certificateFault = fault);
        options.ConnectionAttemptCompleted += OnAttempt;
        _connecting = ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>What is at the other end.</summary>
    internal PeerKind Kind { get; }

    /// <summary>Whether it gives the password.</summary>
    internal bool UsesPassword { get; }

    /// <summary>The arguments of AUTH.</summary>
    internal object[] Credentials { get; }

    /// <summary>Where it connects to.</summary>
    internal IReadOnlyList<ServerEndPoint> EndPoints { get; }

    /// <summary>Why the last attempt to connect failed; null when it did not.</summary>
    internal string? AttemptFault => _attemptFault;

    /// <summary>Whether an attempt to connect has succeeded or failed.</summary>
    internal bool HasAttempted => _hasAttempted;

    /// <summary>Whether the peer refused the password, or asks for none.</summary>
    internal bool IsPasswordRefused { get; private set; }

    /// <summary>The library's object; null until it was made.</summary>
    internal ConnectionMultiplexer? Multiplexer => _connecting.IsCompletedSuccessfully ? _connecting.Result : null;

    /// <summary>Closes the connection, now or once it has been made.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            ConnectionMultiplexer multiplexer = await _connecting.ConfigureAwait(false);
            await multiplexer.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            // It is given up in any case; its faults were reported while it was in use.
            _attemptFault = ServerFault.Describe(fault);
        }
    }

    private void OnAttempt(object? sender, ConnectionAttemptCompletedEventArgs attempt)
    {
        IsPasswordRefused = !attempt.IsSuccess && attempt.FailureType == ConnectionFailureType.AuthenticationFailure
            && attempt.Stage != ConnectionAttemptStage.Tls;
        _attemptFault = attempt.IsSuccess ? null : Describe(attempt);
        _hasAttempted = true;
    }

    private string Describe(ConnectionAttemptCompletedEventArgs attempt)
    {
        string text = attempt.Exception is { } fault ? ServerFault.Describe(fault)
            : attempt.FailureType == ConnectionFailureType.SocketClosed ? "the server closed the connection"
            : $"{attempt.FailureType}";
        return attempt.Stage != ConnectionAttemptStage.Tls ? text
            : _certificateFault ?? $"TLS handshake failed: {text}";
    }
}
