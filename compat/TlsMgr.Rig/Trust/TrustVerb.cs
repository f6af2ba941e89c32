// The verb trust: changes the configuration of a real Postfix between two connections, and looks whether the second one
// resumes the session of the first. With this tlsmgr, and for comparison with the distribution's.

using System;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Trust;

/// <summary>Runs the cases as checks.</summary>
internal static class TrustVerb
{
    /// <summary>Answers the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(TrustOptions options, TextWriter output, CancellationToken cancellation)
    {
        CheckReporter reporter = new(output);
        string[] daemons = options.Brief ? [options.TlsMgr] : [options.TlsMgr, options.Original];
        foreach (string daemon in daemons)
        {
            bool isOurs = daemon == options.TlsMgr;
            using TrustRig rig = TrustRig.Start(daemon, cancellation);
            foreach (TrustCase trustCase in TrustCase.Everything)
            {
                if (options.Brief && !trustCase.IsBrief)
                {
                    continue;
                }

                string name = $"{(isOurs ? "" : "original: ")}{trustCase.Side}, {rig.ScenarioOf(trustCase).Title}: "
                    + trustCase.Name;
                if (!name.Contains(options.Only, StringComparison.Ordinal))
                {
                    continue;
                }

                reporter.Run(name, () => rig.FindFault(trustCase, isOurs, cancellation));
            }
        }

        PoolTrustChecks.Run(options, reporter, cancellation);
        return reporter.Finish();
    }
}
