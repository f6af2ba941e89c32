using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Pool.Clients;

namespace TlsMgr.Rig.Pool;

/// <summary>The verb pool: hosts that share ticket keys, with clocks apart, as named checks or as a table.</summary>
internal static class PoolVerb
{
    private const int BriefHosts = 3;
    private const int FullHosts = 4;

    /// <summary>Returns the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(PoolOptions options, TextWriter output, CancellationToken cancellation)
    {
        if (!Enclosure.IsInside)
        {
            return Enclosure.RunInside(cancellation);
        }

        string[] roots = [.. options.Roots];
        IReadOnlyList<string> places =
            roots.Length > 0 ? roots : [.. Enumerable.Repeat("", options.Brief ? BriefHosts : FullHosts)];
        using PoolRig rig = PoolRig.Start(options.TlsMgr, options.Clock, places, cancellation);
        if (options.Show)
        {
            new PoolTable(rig, output, cancellation).Run();
            return 0;
        }

        CheckReporter reporter = new(output);
        if (roots.Length > 0)
        {
            new PoolReleases(rig, reporter, cancellation).Run();
        }
        else
        {
            Run(options, rig, reporter, cancellation);
        }

        return reporter.Finish();
    }

    private static void Run(
        PoolOptions options, PoolRig rig, CheckReporter reporter, CancellationToken cancellation)
    {
        bool IsWanted(string part) => options.Only.Length == 0 || options.Only == part;
        if (IsWanted("hosts"))
        {
            new PoolChecks(rig, reporter, options.Brief, cancellation).Run();
        }
        else
        {
            rig.Share(cancellation);
        }

        if (IsWanted("clients") && !options.Brief)
        {
            new PoolClients(rig, reporter, cancellation).Run(Path.GetFullPath(options.Exim));
        }

        if (IsWanted("theft"))
        {
            new PoolTheft(rig, reporter, options.Brief, cancellation).Run();
        }
    }
}
