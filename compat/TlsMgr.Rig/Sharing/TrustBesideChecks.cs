// A host of the pool and a host with Postfix's tlsmgr deliver to one partner. Then both lose the CA that the partner's
// certificate is checked with. A session carries the verdict of its check: with a pool that still holds sessions of
// before, the host must not resume more than the one with Postfix's tlsmgr does.

using System.IO;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks trust that is withdrawn beside Postfix's own tlsmgr, with real deliveries and a warm pool.</summary>
internal sealed class TrustBesideChecks(SharingRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private static readonly SharedOutcome Made = new(false, "Trusted");
    private static readonly SharedOutcome Kept = new(true, "Trusted");
    private static readonly SharedOutcome MadeWithout = new(false, "Untrusted");
    private static readonly SharedOutcome KeptWithout = new(true, "Untrusted");

    private PoolHost A => rig.Hosts[0];

    private PoolHost B => rig.Hosts[1];

    private string PartnerCertificate => Path.Combine(rig.Pool.DirectoryPath, rig.Partner.Name, "certificate.pem");

    internal void Run()
    {
        reporter.Run(
            "withdrawn: a CA, with deliveries, beside Postfix's tlsmgr", () => FindFault(rig.AddOther(cancellation)));
        rig.SetCaFile(A, null, cancellation);
        rig.SetCaFile(B, null, cancellation);
        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
    }

    private string? FindFault(PoolHost other)
    {
        foreach (PoolHost host in (PoolHost[])[A, B, other])
        {
            SetCa(host, PartnerCertificate);
        }

        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
        int before = rig.Store.CountSessions();
        string? fault = Differ(A, "first", Made) ?? Differ(other, "first", Made) ?? Differ(other, "second", Kept);
        rig.AwaitStored(before, 1, cancellation);
        fault ??= Differ(B, "first", Kept);
        if (fault is not null)
        {
            return $"before: {fault}";
        }

        // The certificate of another host: a CA that the partner does not have.
        string otherCertificate = Path.Combine(rig.Pool.DirectoryPath, B.Name, "certificate.pem");
        SetCa(A, otherCertificate);
        SetCa(other, otherCertificate);
        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
        fault = Differ(other, "first", MadeWithout) ?? Differ(A, "first", MadeWithout)
            ?? Differ(other, "second", KeptWithout) ?? Differ(A, "second", KeptWithout)
            ?? Differ(B, "next", Kept);
        return fault is null ? null : $"behind: {fault}";
    }

    private string? Differ(PoolHost host, string what, SharedOutcome expected)
    {
        SharedOutcome outcome = SharedDelivery.Deliver(host, cancellation);
        return outcome == expected ? null : $"the {what} delivery of {host.Name}: {outcome}, and not {expected}";
    }

    // The host's own copy, whose content changes: a reload alone shows tlsmgr that.
    private void SetCa(PoolHost host, string certificate)
    {
        string file = Path.Combine(host.Instance.ConfigDirectory, "delivery-ca.pem");
        File.Copy(certificate, file, overwrite: true);
        rig.SetCaFile(host, file, cancellation);
    }
}
