// Clock: all hosts begin in the middle of a period, and go on from there by what a check lets pass.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Hosts of one service, and a client that can reach all of them.</summary>
internal sealed class PoolRig : IDisposable
{
    /// <summary>The name of the pool.</summary>
    internal const string PoolName = "rig";

    /// <summary>P: half of the default of smtpd_tls_session_cache_timeout.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(1800);

    /// <summary>S: what clocks may differ by, by default.</summary>
    internal static readonly TimeSpan Skew = TimeSpan.FromSeconds(300);

    private static readonly string[] Names = ["A", "B", "C", "D"];

    private readonly WorkArea _area = WorkArea.Create();
    private readonly List<PoolHost> _others = [];
    private string _clockLibrary = "";

    private PoolRig(Distribution distribution)
    {
        Distribution = distribution;
        Client = new PoolClient(distribution, _area.DirectoryPath);
    }

    /// <summary>The programs of the first host, and of hosts that are not of the pool.</summary>
    internal Distribution Distribution { get; }

    internal PoolClient Client { get; }

    internal IReadOnlyList<PoolHost> Hosts { get; private set; } = [];

    internal string DirectoryPath => _area.DirectoryPath;

    /// <summary>Creates and starts hosts that share nothing.</summary>
    /// <param name="tlsMgrPath">The binary under test.</param>
    /// <param name="clockLibrary">See <see cref="PoolClock.Make"/>.</param>
    /// <param name="roots">The root directory of each host; empty for that of the rig.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="advances">
    /// Whether they begin in the middle of a period: then their monotonic clocks are not the kernel's, by which waits of
    /// the C library end.
    /// </param>
    /// <exception cref="RigException">A prerequisite is missing, or a host did not start.</exception>
    internal static PoolRig Start(
        string tlsMgrPath, string clockLibrary, IReadOnlyList<string> roots, CancellationToken cancellation,
        bool advances = true)
    {
        Distribution[] distributions =
            [.. roots.Take(Names.Length).Select(root => Distribution.Find(tlsMgrPath, cancellation, root))];
        PoolRig rig = new(distributions[0]);
        try
        {
            PoolNetwork.Create(cancellation);
            rig._clockLibrary = PoolClock.Make(clockLibrary, rig.DirectoryPath, cancellation);
            PrepareRoots(roots, cancellation);
            PoolHost[] hosts = new PoolHost[distributions.Length];
            SideBySide.Run(distributions.Select<Distribution, Action>((distribution, i) => () =>
                hosts[i] = rig.Create(Names[i], i + 1, distribution, cancellation)));
            rig.Hosts = hosts;
            if (advances)
            {
                rig.AdvanceTo(Period / 2);
            }

            SideBySide.Run(rig.Hosts.Select<PoolHost, Action>(host => () => host.Start(cancellation)));
            return rig;
        }
        catch
        {
            rig.Dispose();
            throw;
        }
    }

    /// <summary>Creates a host that is not of the pool, with the time of the others; it is not started.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="distribution">Its programs; null for those of the first host.</param>
    internal PoolHost Add(string name, CancellationToken cancellation, Distribution? distribution = null)
    {
        PoolHost host = Create(name, Names.Length + _others.Count + 1, distribution ?? Distribution, cancellation);
        host.Clock.Passed = Hosts[0].Clock.Passed;
        _others.Add(host);
        return host;
    }

    public void Dispose()
    {
        foreach (PoolHost host in Hosts.Concat(_others))
        {
            host.Instance.Kill();
        }

        _area.Remove();
    }

    private long UnixSeconds => Hosts[0].Clock.UnixSeconds - (long)Hosts[0].Clock.Ahead.TotalSeconds;

    /// <summary>Makes time pass on all hosts.</summary>
    internal void Advance(TimeSpan time)
    {
        foreach (PoolHost host in Hosts.Concat(_others))
        {
            host.Clock.Passed += time;
        }
    }

    /// <summary>
    /// Advances to a place in a period, by the clock of a host that is neither ahead nor behind; in the present period
    /// when the place is still to come.
    /// </summary>
    internal void AdvanceTo(TimeSpan place)
    {
        long period = (long)Period.TotalSeconds;
        long seconds = (long)place.TotalSeconds - (UnixSeconds % period);
        Advance(TimeSpan.FromSeconds(seconds < 0 ? seconds + period : seconds));
    }

    /// <summary>Advances to a place in a period that is still to come, by the same clock.</summary>
    internal void AdvanceTo(long period, TimeSpan place) =>
        Advance(TimeSpan.FromSeconds((period * (long)Period.TotalSeconds) - UnixSeconds) + place);

    /// <summary>Takes a ticket of both versions at each host and offers it at each.</summary>
    internal TicketMatrix ExchangeTickets(CancellationToken cancellation, bool isLongLived = false) =>
        TicketMatrix.Offer(Client, Hosts, TakeTickets(cancellation, isLongLived), cancellation, isLongLived);

    /// <summary>A ticket of both versions from each host.</summary>
    internal IReadOnlyList<Ticket> TakeTickets(CancellationToken cancellation, bool isLongLived = false) =>
    [
        .. Hosts.SelectMany(host =>
            Enum.GetValues<TlsVersion>().Select(version => Client.Take(host, version, cancellation, isLongLived))),
    ];

    /// <summary>Makes a pool at the first host and has the others join it.</summary>
    internal void Share(CancellationToken cancellation)
    {
        Hosts[0].ConfigurePool();
        Hosts[0].RequireTool(["pool", "init", PoolName], cancellation);
        Hosts[0].Reload(cancellation);
        Join(Hosts.Skip(1), cancellation);
    }

    /// <summary>Takes the state of the first host to others, as an administrator does after a rotation too.</summary>
    internal void Join(IEnumerable<PoolHost> hosts, CancellationToken cancellation)
    {
        string export = Hosts[0].RequireTool(["pool", "export"], cancellation);
        SideBySide.Run(hosts.Select<PoolHost, Action>(host => () =>
        {
            host.ConfigurePool();
            host.RequireTool(["pool", "join", "-"], cancellation, export);
            host.Reload(cancellation);
        }));
    }

    /// <summary>Moves an address from one host to another; null for none.</summary>
    internal void MoveAddress(string address, PoolHost? from, PoolHost? to, CancellationToken cancellation) =>
        PoolNetwork.MoveAddress(address, from, to, Hosts.Concat(_others), cancellation);

    /// <summary>Sets how far each host's clock is ahead, in the order of the hosts.</summary>
    internal void SetClocks(params TimeSpan[] ahead)
    {
        foreach ((PoolHost host, TimeSpan time) in Hosts.Zip(ahead))
        {
            host.Clock.Ahead = time;
        }
    }

    /// <summary>The hosts that do not say that they share; null when all do.</summary>
    internal string? FindSharingFault(CancellationToken cancellation)
    {
        List<string> wrong = [];
        foreach (PoolHost host in Hosts)
        {
            ShellResult status = host.Tool(["pool", "status"], cancellation);
            if (status.ExitCode != 0)
            {
                wrong.Add($"{host.Name}: {status.Output.ReplaceLineEndings(" ")}{status.ErrorOutput}");
            }
        }

        return wrong.Count == 0 ? null : string.Join(", ", wrong);
    }

    /// <summary>What the programs of the hosts logged of failures; null for nothing.</summary>
    internal string? FindProgramFault()
    {
        List<string> faults =
        [
            .. Hosts.SelectMany(static host => host.Instance.Log.Read().Select(line => (host, line)))
                .Where(static each => each.line.Text.StartsWith("fatal: ", StringComparison.Ordinal)
                    || each.line.Text.StartsWith("panic: ", StringComparison.Ordinal)
                    || each.line.Text.Contains("problem talking to", StringComparison.Ordinal)
                    || each.line.Text.Contains("exit status", StringComparison.Ordinal))
                .Select(static each => $"{each.host.Name}: {each.line}"),
        ];
        return faults.Count == 0 ? null : string.Join(" | ", faults.Take(3));
    }

    // The directory of the run and the processes of this namespace, at the same paths in every root.
    private static void PrepareRoots(IEnumerable<string> roots, CancellationToken cancellation)
    {
        string mount = Enclosure.Need("mount", "mount");
        foreach (string root in roots.Where(static root => root.Length > 0))
        {
            Shell.Require(mount, ["--bind", "/run", $"{root}/run"], cancellation);
            Shell.Require(mount, ["-t", "proc", "proc", $"{root}/proc"], cancellation);
        }
    }

    private PoolHost Create(string name, int number, Distribution distribution, CancellationToken cancellation) =>
        PoolHost.Create(name, number, DirectoryPath, _clockLibrary, distribution, cancellation);
}
