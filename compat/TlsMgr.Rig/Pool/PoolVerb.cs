using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>The verb pool: hosts that share ticket keys, with clocks apart, as named checks or as a table.</summary>
internal static class PoolVerb
{
    /// <summary>Returns the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(PoolOptions options, TextWriter output, CancellationToken cancellation)
    {
        if (!Enclosure.IsInside)
        {
            return Enclosure.RunInside(cancellation);
        }

        CheckReporter reporter = new(output);
        using PoolRig rig = PoolRig.Start(options.TlsMgr, 4, cancellation);
        reporter.Run("hosts without a pool resume their own tickets and no others", () =>
            rig.ExchangeTickets(cancellation).FindFault(static offered => offered.Ticket.Issuer == offered.Host));
        return reporter.Finish();
    }
}
