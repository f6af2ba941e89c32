// The hosts of a pool, a partner that is not of it, and a server that keeps sealed sessions. Each host has tlspool in
// master.cf, a port that keeps sessions in its cache, another one of another name, and a delivery service.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing;

/// <summary>Hosts that share sessions.</summary>
internal sealed class SharingRig : IDisposable
{
    /// <summary>The port whose service gives no tickets; it has the same name on all hosts.</summary>
    internal const int SessionPort = 10025;

    /// <summary>The same with another name.</summary>
    internal const int OtherPort = 10026;

    /// <summary>How long after a withdrawal new sessions of other hosts are used again: S, and a second.</summary>
    internal static readonly TimeSpan Withdrawal = TimeSpan.FromSeconds(3.1);

    /// <summary>How soon all hosts know of a session that one of them stored.</summary>
    internal static readonly TimeSpan Spread = TimeSpan.FromSeconds(2);

    private static readonly string[] StoreFigures = ["sealed", "queued", "stored", "dropped", "failed", "connected"];

    private const string Discard = "default_transport = discard";
    private const string CaFile = "smtp_tls_CAfile = ";
    private const string Caches = "tlsmgr_pool_caches = smtpd, smtp";

    // What is stored within this time after a flush, or a change of what is trusted, may be older by another clock.
    private const string Skew = "tlsmgr_pool_clock_skew = 2s";

    private SharingRig(PoolRig pool, ISharedStore store)
    {
        Pool = pool;
        Store = store;
    }

    internal PoolRig Pool { get; }

    internal IReadOnlyList<PoolHost> Hosts => Pool.Hosts;

    /// <summary>The server that the hosts use now.</summary>
    internal ISharedStore Store { get; private set; }

    /// <summary>The host to which the others deliver.</summary>
    internal PoolHost Partner { get; private set; } = null!;

    /// <summary>Starts the hosts, a server, and a pool that shares sessions in it.</summary>
    /// <param name="tlsMgrPath">The tlsmgr; tlspool lies beside it.</param>
    /// <param name="hostCount">The number of hosts.</param>
    /// <param name="makeStore">Starts the server, with the directory of the run and openssl(1).</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static SharingRig Start(
        string tlsMgrPath, int hostCount, Func<string, string, ISharedStore> makeStore, CancellationToken cancellation)
    {
        PoolRig pool = PoolRig.Start(
            tlsMgrPath, clockLibrary: "", [.. Enumerable.Repeat("", hostCount)], cancellation, advances: false);
        try
        {
            if (!File.Exists(pool.Distribution.TlsPool))
            {
                throw new RigException($"there is no {pool.Distribution.TlsPool}: make publish builds it");
            }

            SharingRig rig = new(pool, makeStore(pool.DirectoryPath, pool.Distribution.OpenSslCommand))
            {
                Partner = pool.Add("P", cancellation),
            };
            rig.Prepare();
            pool.Share(cancellation);
            SideBySide.Run(() => rig.AwaitServer(cancellation), () => rig.Partner.Start(cancellation));
            return rig;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Has all hosts use another server.</summary>
    internal void Use(ISharedStore store, CancellationToken cancellation)
    {
        Store = store;
        Configure(cancellation);
        AwaitServer(cancellation);
    }

    /// <summary>Writes tlsmgr.cf of all hosts, and reloads them.</summary>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="lines">Lines beside those of the server.</param>
    internal void Configure(CancellationToken cancellation, params string[] lines)
    {
        foreach (PoolHost host in Hosts)
        {
            Configure(host, cancellation, lines);
        }
    }

    /// <summary>The same for one host.</summary>
    internal void Configure(PoolHost host, CancellationToken cancellation, params string[] lines)
    {
        host.OwnLines = [Caches, Skew, .. Store.Parameters, .. lines];
        host.ConfigurePool();
        host.Reload(cancellation);
    }

    /// <summary>Waits until every host says that it shares sessions.</summary>
    internal void AwaitServer(CancellationToken cancellation) => AwaitServer(Hosts, cancellation);

    /// <summary>The same for some hosts.</summary>
    internal static void AwaitServer(IEnumerable<PoolHost> hosts, CancellationToken cancellation)
    {
        // All are asked each time: a tlsmgr starts when it is asked, and knows some seconds later that it shares.
        string[] reasons = [];
        if (!Deadline.Await(
            () => (reasons = FindReasons(hosts, cancellation)).Length == 0, cancellation, Deadline.SlowPollInterval))
        {
            throw new RigException($"not all hosts share sessions: {string.Join(", ", reasons)}");
        }
    }

    /// <summary>
    /// Waits until a host can look up and store: it does some seconds before it says so in <c>pool status</c>.
    /// </summary>
    internal static void AwaitConnection(PoolHost host, CancellationToken cancellation)
    {
        if (!Deadline.Await(() => Figure(host, "reachable", cancellation) == 1, cancellation))
        {
            throw new RigException($"{host.Name} does not reach the server: {FindReason(host, cancellation)}");
        }
    }

    private static string[] FindReasons(IEnumerable<PoolHost> hosts, CancellationToken cancellation) =>
    [
        .. hosts.Select(host => (host.Name, Reason: FindReason(host, cancellation)))
            .Where(static each => each.Reason.Length > 0).Select(static each => $"{each.Name}: {each.Reason}"),
    ];

    /// <summary>Why a host does not share sessions, as pool status says it; empty when it does.</summary>
    internal static string FindReason(PoolHost host, CancellationToken cancellation)
    {
        ShellResult result = host.Tool(["pool", "status", "--json"], cancellation);
        if (result.Output.Length == 0)
        {
            return result.ErrorOutput;
        }

        using JsonDocument status = JsonDocument.Parse(result.Output);
        return status.RootElement.TryGetProperty("sharing", out JsonElement sharing) && sharing.GetBoolean()
            ? status.RootElement.GetProperty("sharing_state").GetString() == "up" ? "" : "tlspool is not up yet"
            : status.RootElement.TryGetProperty("sharing_reason", out JsonElement reason)
            ? reason.GetString() is { Length: > 0 } text ? text : "without a reason"
            : "nothing is said of sessions";
    }

    /// <summary>A figure of a host's sharing.</summary>
    internal static long Figure(PoolHost host, string name, CancellationToken cancellation) =>
        Figures(host, [name], cancellation)[0];

    /// <summary>Several of them, of one time.</summary>
    internal static long[] Figures(PoolHost host, IEnumerable<string> names, CancellationToken cancellation)
    {
        using JsonDocument stats = JsonDocument.Parse(host.RequireTool(["stats", "--json"], cancellation));
        JsonElement sharing = stats.RootElement.GetProperty("sharing");
        return [.. names.Select(name => sharing.GetProperty(name).GetInt64())];
    }

    /// <summary>Waits until the server has that many sessions more than before an action.</summary>
    internal void AwaitStored(int before, int more, CancellationToken cancellation)
    {
        if (!Deadline.Await(() => Store.CountSessions() >= before + more, cancellation))
        {
            string figures = string.Join(", ", Hosts.Select(host => string.Join(' ', StoreFigures.Zip(
                Figures(host, StoreFigures, cancellation), static (name, count) => $"{name} {count}"))));
            throw new RigException(
                $"{Store.CountSessions() - before} of {more} sessions came to the server: {figures}");
        }
    }

    public void Dispose()
    {
        Pool.Dispose();
        Store.Dispose();
    }

    /// <summary>Starts a host with Postfix's tlsmgr, which shares nothing, and delivers to the partner.</summary>
    internal PoolHost AddOther(CancellationToken cancellation)
    {
        Distribution distribution = Pool.Distribution with
        {
            TlsMgr = Path.Combine(Pool.Distribution.DaemonDirectory, "tlsmgr"),
        };
        PoolHost host = Pool.Add("O", cancellation, distribution);
        Prepare(host, "");
        host.Start(cancellation);
        return host;
    }

    /// <summary>
    /// Has smtp(8) of a host check certificates with another file of CAs, and reloads it. For <see cref="Withdrawal"/>
    /// from then on it finds nothing that another host stores.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="file">The file; null for none.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal void SetCaFile(PoolHost host, string? file, CancellationToken cancellation)
    {
        IEnumerable<string> others = File.ReadAllLines(host.Instance.MainCfPath)
            .Where(static line => !line.StartsWith(CaFile, StringComparison.Ordinal));
        string[] own = file is null ? [] : [CaFile + file];
        host.Instance.WriteMainCf(string.Join('\n', [.. others, .. own, ""]));
        host.Reload(cancellation);
        if (Hosts.Contains(host))
        {
            AwaitConnection(host, cancellation);
        }
    }

    private void Prepare()
    {
        string jail = Pool.Distribution.Release.Jails ? "y" : "n";
        foreach (PoolHost host in Hosts)
        {
            Prepare(host, $"""
                {SessionPort} inet n - {jail} - - smtpd -o max_use=1 -o tls_ssl_options=NO_TICKET
                {OtherPort} inet n - {jail} - - smtpd -o max_use=1 -o tls_ssl_options=NO_TICKET
                tlspool unix - - {jail} - 1 tlspool

                """);
            host.OwnLines = [Caches, Skew, .. Store.Parameters];
        }
    }

    private void Prepare(PoolHost host, string services)
    {
        string directory = host.Instance.ConfigDirectory;
        File.AppendAllText(
            Path.Combine(directory, "master.cf"),
            $"""
            {services}client unix - - n - - smtp
              -o max_use=1 -o smtp_tls_security_level=encrypt -o smtp_dns_support_level=disabled

            """);
        host.Instance.WriteMainCf(File.ReadAllText(host.Instance.MainCfPath).Replace(
            Discard, $"default_transport = client:[{Partner.Address}]:25", StringComparison.Ordinal));
    }
}
