// Each lookup has a connection of its own, as one of another process of smtp(8) has: a connection that was held a
// moment ago is not held again.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks how many sessions are found when clients meet hosts at random.</summary>
internal sealed class WarmPoolChecks(SharingRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private const int Sessions = 1000;
    private const double LeastShare = 0.97;
    private const int Seed = 16;

    internal void Run()
    {
        foreach (string cache in (string[])["smtp", "smtpd"])
        {
            reporter.Run(
                $"{rig.Store.Name}: of {Sessions} sessions of {cache}, 97 % are found at a host chosen at random",
                () => FindFault(cache));
        }
    }

    private string? FindFault(string cache)
    {
        Random random = new(Seed);
        List<(string Id, PoolHost Host)> stored = [];
        int before = rig.Store.CountSessions();
        for (int i = 0; i < Sessions; i++)
        {
            stored.Add((SharingChecks.NewId(), rig.Hosts[random.Next(rig.Hosts.Count)]));
            using SessionClient client = new(stored[^1].Host);
            client.Update(cache, stored[^1].Id, ContentOf(stored[^1].Id));
        }

        rig.AwaitStored(before, Sessions, cancellation);
        cancellation.WaitHandle.WaitOne(SharingRig.Spread);
        int found = 0;
        int own = 0;
        foreach ((string id, PoolHost host) in stored.OrderBy(_ => random.Next()))
        {
            PoolHost next = rig.Hosts[random.Next(rig.Hosts.Count)];
            own += next == host ? 1 : 0;
            using SessionClient client = new(next);
            byte[]? session = client.Lookup(cache, id);
            if (session is not null && !session.AsSpan().SequenceEqual(ContentOf(id)))
            {
                return $"{next.Name} has another session for {id}";
            }

            found += session is null ? 0 : 1;
        }

        reporter.Note(string.Create(
            CultureInfo.InvariantCulture, $"{cache}: {found} of {Sessions} found; {own} would be without a server"));
        return found >= LeastShare * Sessions ? null : $"{found} of {Sessions}";
    }

    private static byte[] ContentOf(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
