// The operator of the server may write what he likes. Each entry is stored by one host, changed in the server, and
// looked up by another host, which lacks it.

using System;
using System.Linq;
using System.Text;
using System.Threading;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing;

/// <summary>Checks that a changed entry is a miss.</summary>
internal sealed class EntryChecks(
    SharingRig rig, CacheServer server, CheckReporter reporter, CancellationToken cancellation)
{
    private const string Cache = "smtp";
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("a session that somebody changes in the server");

    private PoolHost A => rig.Hosts[0];

    private PoolHost B => rig.Hosts[1];

    /// <summary>Runs all, or one of each kind.</summary>
    internal void Run(bool isBrief)
    {
        using RespClient client = new(server);
        Check("a byte is changed: at the beginning, in the middle, at the end", () => FindDamageFault(client));
        Check("it is moved to another id", () => FindMovedFault(client));
        Check("it is moved to another cache", () => FindOtherCacheFault(client));
        Check("it is put back after a delete: nothing but the same session is found", () => FindReplayFault(client));
        Check("the same bytes again, under their own name: a hit, until they expire", () =>
            Change(client, static (_, value) => value) is null ? "it is not found" : null);
        if (!isBrief)
        {
            RunRest(client);
        }
    }

    private void RunRest(RespClient client)
    {
        Check("it is cut, lengthened, or empty", () => FindLengthFault(client));
        Check("random bytes are in its place", () => Change(client, static (_, value) =>
        {
            new Random(1).NextBytes(value);
            return value;
        }));
        Check("it is moved to another pool, under the same id", () => FindOtherPoolFault(client));
        Check("it is put back after a flush of the host that looks for it", () => FindReplayAfterFlushFault(client));
    }

    private void Check(string name, Func<string?> findFault) => reporter.Run($"an entry: {name}", findFault);

    private string? FindDamageFault(RespClient client)
    {
        string[] ids =
        [
            .. Enumerable.Range(0, 5).Select(quarter =>
            {
                (string id, string key) = Store(Cache);
                byte[] value = client.Get(key)!;
                value[quarter * (value.Length - 1) / 4] ^= 1;
                client.Put(key, value);
                return id;
            }),
        ];
        bool isFound = IsAnyFound(ids);
        cancellation.WaitHandle.WaitOne(Lateness);
        return isFound || IsAnyFound(ids) ? "it is found" : null;
    }

    private bool IsAnyFound(string[] ids) => Array.Exists(ids, id =>
    {
        using SessionClient reader = new(B);
        return reader.Lookup(Cache, id) is not null;
    });

    private string? FindLengthFault(RespClient client) =>
        Change(client, static (_, value) => value[..^1]) ?? Change(client, static (_, value) => [.. value, 0])
        ?? Change(client, static (_, _) => []) ?? Change(client, static (_, _) => new byte[100_000]);

    /// <summary>Stores an entry, changes it, and looks it up; returns what is wrong when it is found.</summary>
    private string? Change(RespClient client, Func<string, byte[], byte[]> change)
    {
        (string id, string key) = Store(Cache);
        client.Put(key, change(key, client.Get(key)!));
        return Lookup(B, Cache, id) is null ? null : "it is found";
    }

    private string? FindMovedFault(RespClient client)
    {
        (_, string first) = Store(Cache);
        (string id, string second) = Store(Cache);
        client.Put(second, client.Get(first)!);
        return Lookup(B, Cache, id) is null ? null : "it is found";
    }

    private string? FindOtherCacheFault(RespClient client)
    {
        (string id, string key) = Store(Cache);
        client.Put(key.Replace($":{Cache}:", ":smtpd:", StringComparison.Ordinal), client.Get(key)!);
        return Lookup(B, "smtpd", id) is null ? null : "it is found";
    }

    private string? FindOtherPoolFault(RespClient client)
    {
        string id = NewId();
        string first = Store(A, Cache, id);
        PoolHost[] leavers = [B, rig.Hosts[2]];
        foreach (PoolHost host in leavers)
        {
            host.RequireTool(["pool", "leave"], cancellation);
        }

        B.RequireTool(["pool", "init", PoolRig.PoolName], cancellation);
        B.Reload(cancellation);
        Join(B, rig.Hosts[2]);
        rig.AwaitServer(cancellation);
        string second = Store(B, Cache, id);
        string? fault = first == second ? "two pools have one name for an id" : null;
        client.Put(second, client.Get(first)!);
        fault ??= Lookup(rig.Hosts[2], Cache, id) is null ? null : "it is found";
        foreach (PoolHost host in leavers)
        {
            host.RequireTool(["pool", "leave"], cancellation);
            Join(A, host);
        }

        rig.AwaitServer(cancellation);
        return fault;
    }

    private void Join(PoolHost member, PoolHost host)
    {
        host.RequireTool(["pool", "join", "-"], cancellation, member.RequireTool(["pool", "export"], cancellation));
        host.Reload(cancellation);
    }

    private string? FindReplayFault(RespClient client)
    {
        (string id, string key) = Store(Cache);
        byte[] value = client.Get(key)!;
        using SessionClient first = new(A);
        first.Delete(Cache, id);
        if (!Deadline.Await(() => client.Get(key) is null, cancellation))
        {
            return "it is not deleted";
        }

        // Allowed by the design where nobody remembers: an operator can undo a delete until the entry expires.
        client.Put(key, value);
        return Lookup(B, Cache, id) is { } found && !found.AsSpan().SequenceEqual(Content) ? "another session" : null;
    }

    private string? FindReplayAfterFlushFault(RespClient client)
    {
        (string id, string key) = Store(Cache);
        byte[] value = client.Get(key)!;
        B.RequireTool(["flush", Cache], cancellation);
        client.Put(key, value);
        bool isFound = Lookup(B, Cache, id) is not null;
        cancellation.WaitHandle.WaitOne(SharingRig.Withdrawal);
        return isFound ? "it is found" : null;
    }

    private static string NewId() => $"smtp&partner.test&{SharingChecks.NewId()}";

    private (string Id, string Key) Store(string cache)
    {
        string id = NewId();
        return (id, Store(A, cache, id));
    }

    /// <summary>Stores a session at a host; returns its key in the server.</summary>
    private string Store(PoolHost host, string cache, string id)
    {
        string[] before = Keys();
        using SessionClient client = new(host);
        client.Update(cache, id, Content);
        string? key = null;
        return Deadline.Await(() => (key = Keys().Except(before).FirstOrDefault()) is not null, cancellation)
            ? key!
            : throw new RigException("the session does not come to the server");
    }

    private string[] Keys() =>
    [
        .. server.Command("--scan", "--pattern", $"tlspool:*:{Cache}:*")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries),
    ];

    // A late answer is in the host's own cache a moment later.
    private byte[]? Lookup(PoolHost host, string cache, string id)
    {
        using SessionClient client = new(host);
        byte[]? found = client.Lookup(cache, id);
        if (found is null)
        {
            cancellation.WaitHandle.WaitOne(Lateness);
            found = client.Lookup(cache, id);
        }

        return found;
    }
}
