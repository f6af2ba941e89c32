// What an administrator takes back must not return from the pool. The cache of smtp(8) asks the pool for every id that
// it lacks, so that each lookup here is one of the server, too.

using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks that what was withdrawn stays withdrawn, with a pool that still holds it.</summary>
internal sealed class WithdrawalChecks(SharingRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private const string Cache = "smtp";
    private const string OtherPolicy = "a host with another policy finds nothing of the others, and they nothing of it";

    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("a session of a partner");

    private PoolHost A => rig.Hosts[0];

    private PoolHost B => rig.Hosts[1];

    /// <summary>Runs all, or one of each kind.</summary>
    internal void Run(bool isBrief)
    {
        Check("a session that a host stored is found by another", FindWarmFault);
        Check("flush: what was stored before stays away, what is stored later is found", FindFlushFault);
        Check("delete by a host that did not store it: it does not come back", FindForeignDeleteFault);
        if (isBrief)
        {
            Check(OtherPolicy, () =>
            {
                SetCa(A, "one");
                return FindPolicyFault();
            });
        }
        else
        {
            RunRest();
            rig.SetCaFile(B, null, cancellation);
        }

        rig.SetCaFile(A, null, cancellation);
    }

    // Each of the first three needs what the one before it did.
    private void RunRest()
    {
        Check("a CA is taken out at one host: it finds nothing of before, not even its own", FindCaFault);
        Check(OtherPolicy, FindPolicyFault);
        Check("the same policy again: sessions of before the change stay away", FindReturnFault);
        Check("flush: at the host that stored it, too", FindOwnFlushFault);
        Check("delete: no other host finds it", FindDeleteFault);
        Check("pool rotate --now at all hosts: nothing of before is found", FindRotationFault);
    }

    private void Check(string name, Func<string?> findFault) => reporter.Run($"withdrawn: {name}", findFault);

    private string? FindWarmFault() => Find(B, Store(A)) ? null : "it is not found";

    private string? FindFlushFault()
    {
        string id = Store(A);
        B.RequireTool(["flush", Cache], cancellation);
        return Find(B, id) ? "what was stored before is found"
            : !Find(A, id) ? "the host that was not flushed has lost it"
            : !Find(B, StoreLater(A)) ? "what was stored later is not found"
            : null;
    }

    private string? FindOwnFlushFault()
    {
        string id = Store(A);
        A.RequireTool(["flush", Cache], cancellation);
        return Find(A, id) ? "it is found" : null;
    }

    private string? FindDeleteFault()
    {
        string id = Store(A);
        int before = rig.Store.CountSessions();
        using (SessionClient client = new(A))
        {
            client.Delete(Cache, id);
            if (client.Lookup(Cache, id) is not null)
            {
                return "the same host finds it at once";
            }
        }

        return !Deadline.Await(() => rig.Store.CountSessions() < before, cancellation) ? "the server still has it"
            : Find(B, id) ? "another host finds it"
            : null;
    }

    private string? FindForeignDeleteFault()
    {
        string id = Store(A);
        int before = rig.Store.CountSessions();
        using SessionClient client = new(B);
        client.Delete(Cache, id);
        return client.Lookup(Cache, id) is not null ? "it is found at once"
            : !Deadline.Await(() => rig.Store.CountSessions() < before, cancellation) ? "the server still has it"
            : Find(rig.Hosts[2], id) ? "a third host finds it"
            : null;
    }

    private string? FindCaFault()
    {
        SetCa(A, "one");
        SetCa(B, "one");
        string own = StoreLater(A);
        string other = Store(B);
        if (!Find(A, other) || !Find(B, own))
        {
            return "with the same CA they do not share";
        }

        string unseen = Store(B);
        SetCa(A, "two");
        return Find(A, own) ? "it finds its own session of before"
            : Find(A, other) || Find(A, unseen) ? "it finds a session of the other host"
            : !Find(B, own) ? "the other host has lost it"
            : null;
    }

    private string? FindPolicyFault() =>
        Find(A, Store(B)) ? "it finds a session of the others"
        : Find(B, Store(A)) ? "the others find a session of it"
        : null;

    private string? FindReturnFault()
    {
        string before = Store(B);
        SetCa(A, "one");
        return Find(A, before) ? "what was stored before is found"
            : !Find(A, StoreLater(B)) ? "what was stored later is not found"
            : null;
    }

    private string? FindRotationFault()
    {
        string id = Store(A);
        A.RequireTool(["pool", "rotate", "--now"], cancellation);
        rig.Pool.Join(rig.Hosts.Skip(1), cancellation);
        rig.AwaitServer(cancellation);
        return Find(B, id) ? "it is found" : !Find(B, StoreLater(A)) ? "what was stored later is not found" : null;
    }

    /// <summary>Stores a new session at a host, and waits until the server has it.</summary>
    private string Store(PoolHost host)
    {
        string id = $"smtp&partner.test&mx.partner.test&10.0.0.1&{SharingChecks.NewId()}";
        int before = rig.Store.CountSessions();
        using SessionClient client = new(host);
        client.Update(Cache, id, Content);
        rig.AwaitStored(before, 1, cancellation);
        return id;
    }

    /// <summary>The same when whatever was withdrawn is certainly older.</summary>
    private string StoreLater(PoolHost host)
    {
        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
        return Store(host);
    }

    /// <summary>
    /// Whether a host finds a session: at once, or a moment later, when an answer that was late is in its own cache.
    /// </summary>
    private bool Find(PoolHost host, string id)
    {
        if (FindOnce(host, id))
        {
            return true;
        }

        cancellation.WaitHandle.WaitOne(Lateness);
        return FindOnce(host, id);
    }

    private static bool FindOnce(PoolHost host, string id)
    {
        using SessionClient client = new(host);
        return client.Lookup(Cache, id) switch
        {
            null => false,
            var found => found.AsSpan().SequenceEqual(Content)
                ? true
                : throw new RigException($"{host.Name}: another session than the one that was stored"),
        };
    }

    private void SetCa(PoolHost host, string content)
    {
        string directory = host.Instance.ConfigDirectory;
        string file = Path.Combine(directory, "partners.pem");
        File.WriteAllText(file, content);
        rig.SetCaFile(host, file, cancellation);
        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
    }
}
