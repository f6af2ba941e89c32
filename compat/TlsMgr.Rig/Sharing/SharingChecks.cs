using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks that a session of one host is resumed at the others, and only where it may be.</summary>
internal sealed class SharingChecks(SharingRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(500);

    private static int _ids;

    private readonly Dictionary<TlsVersion, Ticket> _sessions = [];

    private PoolHost First => rig.Hosts[0];

    private IEnumerable<PoolHost> Others => rig.Hosts.Skip(1);

    /// <summary>What works with every kind of server.</summary>
    internal void RunEssentials()
    {
        Run("every host says that it shares sessions", () => rig.Hosts
            .Select(host => SharingRig.FindReason(host, cancellation))
            .FirstOrDefault(static reason => reason.Length > 0));
        Run("a session that smtp(8) of one host stored is resumed by the others", FindDeliveryFault);
        _sessions.Clear();
        foreach (TlsVersion version in Enum.GetValues<TlsVersion>())
        {
            Run($"NO_TICKET, {PoolClient.NameOf(version)}: a session of one host is resumed at the others", () =>
                FindResumptionFault(version));
        }
    }

    /// <summary>What does not depend on the server; in the short form, what has another name.</summary>
    internal void RunBorders(bool isBrief)
    {
        Run("a service of another name finds nothing, and makes a full handshake", FindServiceFault);
        Run("a session id of another OpenSSL is another session", FindOpenSslFault);
        if (isBrief)
        {
            return;
        }

        Run("a session that is stored again is the newer one at the others", FindNewerFault);
        Run("sessions of a host that left the pool are its own", FindLeaverFault);
    }

    /// <summary>An id that was not used before.</summary>
    internal static string NewId(string openSsl = "30000100") => $"RIG{++_ids:D8}&s=smtp&l={openSsl}";

    private void Run(string name, Func<string?> findFault) => reporter.Run($"{rig.Store.Name}: {name}", findFault);

    // On a busy machine the answer for one delivery may be late, which is a full handshake: once more.
    private string? FindDeliveryFault()
    {
        if (FindDeliveryFaultOnce() is null)
        {
            return null;
        }

        foreach (PoolHost host in rig.Hosts)
        {
            host.RequireTool(["flush", "smtp"], cancellation);
        }

        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
        return FindDeliveryFaultOnce();
    }

    private string? FindDeliveryFaultOnce()
    {
        First.RequireTool(["flush", "smtp"], cancellation);
        long stored = SharingRig.Figure(First, "stored", cancellation);
        return SharedDelivery.Send(First, cancellation) ? $"{First.Name} resumed a session at its first delivery"
            : !Deadline.Await(() => SharingRig.Figure(First, "stored", cancellation) > stored, cancellation)
            ? "its session does not come to the server"
            : Others.FirstOrDefault(host => !SharedDelivery.Send(host, cancellation)) is { } other
            ? $"a full handshake at {other.Name}"
            : null;
    }

    // smtpd looks only for what it knows to be stored: the news take a moment, once for all versions.
    private void StoreSessions()
    {
        foreach (TlsVersion version in Enum.GetValues<TlsVersion>())
        {
            int before = rig.Store.CountSessions();
            _sessions[version] = rig.Pool.Client.TakeAt(SharingRig.SessionPort, First, version, cancellation);
            rig.AwaitStored(before, 1, cancellation);
        }

        cancellation.WaitHandle.WaitOne(SharingRig.Spread);
    }

    private string? FindResumptionFault(TlsVersion version)
    {
        if (_sessions.Count == 0)
        {
            StoreSessions();
        }

        Ticket session = _sessions[version];
        List<string> wrong =
        [
            .. Others.Where(host => !Offer(session, host) && !Offer(session, host))
                .Select(static host => host.Name),
        ];
        return wrong.Count == 0 ? null : $"a full handshake at {string.Join(", ", wrong)}";
    }

    // On a busy machine the answer may be late: then it is in the host's own cache when the client comes again.
    private bool Offer(Ticket session, PoolHost host) =>
        rig.Pool.Client.OfferAt(SharingRig.SessionPort, session, host, cancellation);

    private string? FindServiceFault()
    {
        return Others.FirstOrDefault(host =>
            rig.Pool.Client.OfferAt(SharingRig.OtherPort, _sessions[TlsVersion.Tls12], host, cancellation)) is { } host
            ? $"{host.Name} resumed it"
            : null;
    }

    private string? FindOpenSslFault()
    {
        string id = NewId();
        byte[] session = Encoding.ASCII.GetBytes("a session of this OpenSSL");
        using SessionClient first = new(First);
        using SessionClient second = new(rig.Hosts[1]);
        Store(first, id, session);
        return second.Lookup("smtpd", id.Replace("30000100", "30000110", StringComparison.Ordinal)) is not null
            ? "an id of another patch level is found"
            : !Equal(second.Lookup("smtpd", id), session) && !FindsLater(second, id, session)
            ? "the id itself is not found"
            : null;
    }

    private bool FindsLater(SessionClient client, string id, byte[] session)
    {
        cancellation.WaitHandle.WaitOne(Lateness);
        return Equal(client.Lookup("smtpd", id), session);
    }

    private string? FindNewerFault()
    {
        string id = NewId();
        byte[] older = Encoding.ASCII.GetBytes("older");
        byte[] newer = Encoding.ASCII.GetBytes("newer");
        using SessionClient first = new(First);
        using SessionClient second = new(rig.Hosts[1]);
        Store(first, id, older);
        Store(second, id, newer, isNew: false);
        using SessionClient third = new(rig.Hosts[2]);
        byte[]? found = third.Lookup("smtpd", id);
        return Equal(found, newer) ? null
            : $"found {(found is null ? "nothing" : Encoding.ASCII.GetString(found))} in place of the newer one";
    }

    private string? FindLeaverFault()
    {
        PoolHost last = rig.Hosts[^1];
        last.OwnLines = [];
        last.ConfigurePool();
        last.Reload(cancellation);
        string id = NewId();
        using (SessionClient client = new(First))
        {
            Store(client, id, Encoding.ASCII.GetBytes("a session"));
        }

        using (SessionClient left = new(last))
        {
            if (left.Lookup("smtpd", id) is not null)
            {
                return "it finds a session of the others";
            }
        }

        rig.Configure(last, cancellation);
        rig.AwaitServer(cancellation);
        return null;
    }

    private void Store(SessionClient client, string id, byte[] session, bool isNew = true)
    {
        int before = rig.Store.CountSessions();
        client.Update("smtpd", id, session);
        if (isNew)
        {
            rig.AwaitStored(before, 1, cancellation);
        }

        cancellation.WaitHandle.WaitOne(SharingRig.Spread);
    }

    private static bool Equal(byte[]? found, byte[] expected) => found.AsSpan().SequenceEqual(expected);
}
