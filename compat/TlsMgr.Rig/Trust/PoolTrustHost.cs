using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Trust;

/// <summary>One host of the pool: a receiver with ports, a certificate and a file of CAs of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Instance">Its Postfix.</param>
/// <param name="Scenarios">Its listeners.</param>
/// <param name="Certificates">Its certificate.</param>
internal sealed record PoolTrustHost(
    string Name, PostfixInstance Instance, IReadOnlyList<Scenario> Scenarios, Certificates Certificates)
{
    private const string PoolName = "rig";

    /// <summary>The name of its file of CAs among the files of trust.</summary>
    internal string CaFile => $"ca-{Name}.pem";

    /// <summary>Writes both files anew.</summary>
    internal void Configure(IEnumerable<string> lines, string options, TrustFiles files)
    {
        string mainCf = MainCf.With(
            MainCf.ForReceiver(Instance, Certificates),
            [
                TrustRig.Relay,
                .. lines.Select(line => line.Replace("CAFILE", files.PathOf(CaFile), StringComparison.Ordinal)),
            ]);

        // From 3.11.7 on, sessions are bound to the service's name: -n makes it the same for both hosts.
        IEnumerable<string> masterCf = new MasterCf(Instance.Release).ForReceiver(Scenarios).Split('\n').Select(
            line => line.StartsWith("127.0.0.1:", StringComparison.Ordinal) ? $"{line} -n smtp {options}" : line);
        Write("main.cf", mainCf);
        Write("master.cf", string.Join('\n', masterCf));
        Write("tlsmgr.cf", $"tlsmgr_pool_name = {PoolName}\n");
    }

    /// <summary>Makes a pool here, and returns its secret.</summary>
    internal string CreatePool(string tool, CancellationToken cancellation)
    {
        Shell.Require(tool, ["pool", "init", PoolName, "-c", Instance.ConfigDirectory], cancellation);
        return Shell.Require(tool, ["pool", "export", "-c", Instance.ConfigDirectory], cancellation);
    }

    /// <summary>Joins the pool.</summary>
    internal void JoinPool(string tool, string secret, CancellationToken cancellation) =>
        Shell.Require(tool, ["pool", "join", "-", "-c", Instance.ConfigDirectory], cancellation, secret);

    private void Write(string file, string text) =>
        File.WriteAllText(Path.Combine(Instance.ConfigDirectory, file), text);
}
