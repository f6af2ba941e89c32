using System;
using System.Threading;

namespace TlsMgr.Rig.Trust;

/// <summary>The cases of two hosts of a pool of which one gets another policy, as checks.</summary>
internal static class PoolTrustChecks
{
    /// <summary>Runs the cases; only the short ones, with tickets of TLS 1.3, in the short form.</summary>
    internal static void Run(TrustOptions options, CheckReporter reporter, CancellationToken cancellation)
    {
        using PoolTrustRig rig = PoolTrustRig.Start(options.TlsMgr, cancellation);
        foreach (PoolTrustCase poolCase in PoolTrustCase.All)
        {
            foreach (int scenarioIndex in PoolTrustRig.ScenarioIndexes)
            {
                if (options.Brief && !(poolCase.IsBrief && scenarioIndex == PoolTrustRig.ScenarioIndexes[^1]))
                {
                    continue;
                }

                string name = $"Pool, {rig.TitleOf(scenarioIndex)}: {poolCase.Name}";
                if (!name.Contains(options.Only, StringComparison.Ordinal))
                {
                    continue;
                }

                reporter.Run(name, () => rig.FindFault(poolCase, scenarioIndex, cancellation));
            }
        }
    }
}
