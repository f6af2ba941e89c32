using System.IO;
using System.Threading;

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

        CheckReporter reporter = new(output);
        using PoolRig rig = PoolRig.Start(options.TlsMgr, options.Brief ? BriefHosts : FullHosts, cancellation);
        new PoolChecks(rig, reporter, options.Brief, cancellation).Run();
        return reporter.Finish();
    }
}
