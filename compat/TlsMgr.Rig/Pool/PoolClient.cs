// openssl s_client(1) as the SMTP client, at the clients' end of the bridge. A ticket that a file holds can be offered
// any number of times.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Pool;

/// <summary>The version of TLS that a client is kept to.</summary>
internal enum TlsVersion
{
    Tls12,
    Tls13,
}

/// <summary>A ticket that a host issued.</summary>
/// <param name="Version">The version of TLS.</param>
/// <param name="Issuer">The host.</param>
/// <param name="Path">The file of the session, as openssl wrote it.</param>
internal sealed record Ticket(TlsVersion Version, PoolHost Issuer, string Path);

/// <summary>Takes tickets and offers them.</summary>
internal sealed class PoolClient(Distribution distribution, string directory)
{
    private const int SmtpPort = 25;
    internal const int SubmissionPort = 587;

    private int _tickets;

    internal static string NameOf(TlsVersion version) => version == TlsVersion.Tls12 ? "TLS 1.2" : "TLS 1.3";

    /// <summary>Connects without a ticket and keeps the one that the host issues.</summary>
    /// <param name="host">The host.</param>
    /// <param name="version">The version of TLS.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="isLongLived">Whether to use the service whose processes keep copies of the keys.</param>
    internal Ticket Take(
        PoolHost host, TlsVersion version, CancellationToken cancellation, bool isLongLived = false) =>
        Take(host, EndpointOf(host, isLongLived), version, cancellation);

    /// <summary>The same by a connection that has begun before.</summary>
    internal Ticket Take(PoolHost host, EarlyConnection early, TlsVersion version, CancellationToken cancellation) =>
        Take(host, early.Endpoint, version, cancellation);

    /// <summary>
    /// Offers a ticket; returns whether the host resumed the session. A refused ticket has to be harmless.
    /// </summary>
    internal bool Offer(
        Ticket ticket, PoolHost host, CancellationToken cancellation, bool isLongLived = false) =>
        Connect(host, EndpointOf(host, isLongLived), ticket.Version, ["-sess_in", ticket.Path], cancellation);

    private static string EndpointOf(PoolHost host, bool isLongLived) =>
        $"{host.Address}:{(isLongLived ? SubmissionPort : SmtpPort)}";

    private Ticket Take(PoolHost host, string endpoint, TlsVersion version, CancellationToken cancellation)
    {
        Ticket ticket = new(version, host, Path.Combine(directory, $"ticket{++_tickets}"));
        if (Connect(host, endpoint, version, ["-sess_out", ticket.Path], cancellation))
        {
            throw new RigException($"{host.Name}: a client without a ticket is said to resume");
        }

        return File.Exists(ticket.Path)
            ? ticket
            : throw new RigException($"{host.Name}: {NameOf(version)}: no ticket was issued");
    }

    /// <summary>Connects to a port whose service may keep sessions in its cache, and keeps the session.</summary>
    internal Ticket TakeAt(int port, PoolHost host, TlsVersion version, CancellationToken cancellation)
    {
        Ticket session = new(version, host, Path.Combine(directory, $"ticket{++_tickets}"));
        return Connect(host, $"{host.Address}:{port}", version, ["-sess_out", session.Path], cancellation)
            ? throw new RigException($"{host.Name}: a client without a session is said to resume")
            : session;
    }

    /// <summary>Offers a session at a port; returns whether the host resumed it.</summary>
    internal bool OfferAt(int port, Ticket session, PoolHost host, CancellationToken cancellation) =>
        Connect(host, $"{host.Address}:{port}", session.Version, ["-sess_in", session.Path], cancellation);

    // A connection counts only when smtpd replies inside TLS and says goodbye.
    private bool Connect(
        PoolHost host, string endpoint, TlsVersion version, string[] session, CancellationToken cancellation)
    {
        List<string> output = OpenSslClient.Converse(
            distribution.OpenSslCommand,
            [
                "s_client", "-connect", endpoint, "-starttls", "smtp", "-crlf", "-ign_eof",
                version == TlsVersion.Tls12 ? "-tls1_2" : "-tls1_3", .. session,
            ],
            ["noop", "quit"], cancellation);
        bool isReused = output.Exists(static line => line.StartsWith("Reused, ", StringComparison.Ordinal));
        bool isNew = output.Exists(static line => line.StartsWith("New, ", StringComparison.Ordinal));
        return (isReused || isNew) && output.Exists(static line => line.StartsWith("221 ", StringComparison.Ordinal))
            ? isReused
            : throw new RigException(
                $"{host.Name}: {NameOf(version)}: no complete connection: {string.Join(" | ", output.TakeLast(3))}");
    }
}
