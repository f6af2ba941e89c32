using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Sharing.Faults;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing;

/// <summary>The verb sharing: hosts that share sessions through a real server, as named checks.</summary>
internal static class SharingVerb
{
    private const int BriefHosts = 3;
    private const int FullHosts = 4;
    private const int Port = 6479;

    /// <summary>Returns the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(SharingOptions options, TextWriter output, CancellationToken cancellation)
    {
        if (!Enclosure.IsInside)
        {
            return Enclosure.RunInside(cancellation);
        }

        ServerProgram redis = ServerProgram.FindRedis();
        ServerTls? tls = null;
        using SharingRig rig = SharingRig.Start(
            options.TlsMgr, options.Brief ? BriefHosts : FullHosts,
            (area, openSsl) =>
            {
                tls = new ServerTls(openSsl, area, cancellation);
                return CacheServer.Start(redis, area, Port, cancellation, tls.Options);
            },
            cancellation);
        if (options.Show)
        {
            new SharingTable(rig, output, cancellation).Run();
            return 0;
        }

        CheckReporter reporter = new(output);
        FaultTable faults = new(rig, rig.Hosts[0], reporter, options.Brief, options.Row, cancellation);
        CacheServer server = (CacheServer)rig.Store;
        using FaultProxy proxy = new(
            new IPEndPoint(IPAddress.Parse(CacheServer.Address), FaultRows.ProxyPort),
            new IPEndPoint(IPAddress.Parse(CacheServer.Address), server.Port));
        bool IsWanted(string part) => options.Only.Length == 0 || options.Only.Split(',').Contains(part);
        if (IsWanted("hosts"))
        {
            SharingChecks checks = new(rig, reporter, cancellation);
            checks.RunEssentials();
            checks.RunBorders(options.Brief);
        }

        if (IsWanted("warm") && !options.Brief)
        {
            new WarmPoolChecks(rig, reporter, cancellation).Run();
        }

        if (IsWanted("withdrawn"))
        {
            new WithdrawalChecks(rig, reporter, cancellation).Run(options.Brief);
            if (!options.Brief)
            {
                new TrustBesideChecks(rig, reporter, cancellation).Run();
            }
        }

        if (IsWanted("entries"))
        {
            new EntryChecks(rig, server, reporter, cancellation).Run(options.Brief);
        }

        if (IsWanted("faults"))
        {
            FaultRows rows = new(rig.Hosts[0], server, proxy, tls!, cancellation);
            rows.Connect();
            SharingRig.AwaitConnection(rig.Hosts[0], cancellation);
            if (options.Brief)
            {
                // Side by side, at two hosts.
                FaultTable others = new(rig, rig.Hosts[2], reporter, options.Brief, options.Row, cancellation);
                FaultRows otherRows = new(rig.Hosts[2], server, proxy, tls!, cancellation);
                SideBySide.Run(() => faults.Run(rows.OfServer()), () => others.Run(otherRows.OfPrograms()));
            }
            else
            {
                new LateAnswerChecks(rig, proxy, reporter, cancellation).Run();
                faults.Run(rows.All());
                rig.Configure(rig.Hosts[0], cancellation);
                rig.AwaitServer(cancellation);
            }
        }

        if (IsWanted("servers") && !options.Brief)
        {
            RunServers(
                rig, reporter, redis, ServerProgram.FindValkey(options.Valkey), options.Store, faults, cancellation);
        }

        reporter.Run("no program of any host failed", () => FindProgramFault(rig.Hosts));
        return reporter.Finish();
    }

    private static void RunServers(
        SharingRig rig, CheckReporter reporter, ServerProgram redis, ServerProgram valkey, string chosen,
        FaultTable faults, CancellationToken cancellation)
    {
        string area = rig.Pool.DirectoryPath;
        ISharedStore first = rig.Store;
        int port = Port;
        (string Name, Func<ISharedStore> Make)[] stores =
        [
            (valkey.Name, () => CacheServer.Start(valkey, area, port + 1, cancellation)),
            (ServerCluster.NameOf(redis), () => new ServerCluster(redis, area, cancellation)),
            (ServerCluster.NameOf(valkey), () => new ServerCluster(valkey, area, cancellation)),
            (ServerTrio.NameOf(redis), () => new ServerTrio(redis, area, cancellation)),
            (ServerTrio.NameOf(valkey), () => new ServerTrio(valkey, area, cancellation)),
        ];
        foreach ((_, Func<ISharedStore> make) in stores.Where(store => Regex.IsMatch(store.Name, chosen)))
        {
            using ISharedStore store = make();
            reporter.Run($"{store.Name}: every host reaches it", () =>
            {
                rig.Use(store, cancellation);
                return null;
            });
            new SharingChecks(rig, reporter, cancellation).RunEssentials();
            faults.Run(StoreFaultRows.Of(store));
            rig.Use(first, cancellation);
        }
    }

    private static string? FindProgramFault(IEnumerable<PoolHost> hosts)
    {
        List<string> faults =
        [
            .. hosts.SelectMany(static host => host.Instance.Log.Read().Select(line => (host, line)))
                .Where(static each => each.line.Text.StartsWith("fatal: ", StringComparison.Ordinal)
                    || each.line.Text.StartsWith("panic: ", StringComparison.Ordinal)
                    || each.line.Text.Contains("problem talking to", StringComparison.Ordinal)
                    || each.line.Text.Contains("exit status", StringComparison.Ordinal))
                .Select(static each => $"{each.host.Name}: {each.line}"),
        ];
        return faults.Count == 0 ? null : string.Join(" | ", faults.Take(3));
    }
}
