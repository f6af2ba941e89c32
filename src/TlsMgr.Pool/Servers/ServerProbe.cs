// What the library does not notice by itself, a probe does: a server that is stopped, that became a replica, that is
// full. It stores and reads a value of its own, as requests do.

using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using StackExchange.Redis;

namespace TlsMgr.Pool.Servers;

/// <summary>Probes one link. Used by the watch only, one call at a time.</summary>
/// <param name="link">The link.</param>
/// <param name="prefix">What all keys begin with.</param>
/// <param name="clock">The time of its waits.</param>
/// <param name="before">The probe whose link this one replaces; null for none.</param>
internal sealed class ServerProbe(ServerLink link, string prefix, TimeProvider clock, ServerProbe? before)
{
    private const int MaxRenewalShift = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(StoreLimits.ReplyMilliseconds);
    private static readonly TimeSpan ClusterSettling = TimeSpan.FromMilliseconds(StoreLimits.ClusterSettleMilliseconds);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(StoreLimits.UrgentProbeMilliseconds);

    private readonly List<Task> _pending = [];
    private readonly long _madeAt = clock.GetTimestamp();
    private readonly int _renewals = before is null ? 0 : before._renewals + 1;
    private bool _isAuthenticated = !link.UsesPassword;
    private int _turn;

    /// <summary>The link.</summary>
    internal ServerLink Link => link;

    /// <summary>The last result.</summary>
    internal ProbeResult Last { get; private set; } =
        before?.Last ?? new(false, ServerFault.NotConnected);

    /// <summary>The slots of a cluster that are not probed, because their nodes are lost; null for none.</summary>
    internal LostSlots? Lost { get; set; }

    /// <summary>Since when the last result has been a fault; 0 while it is none.</summary>
    internal long FailingSince { get; private set; } = clock.GetTimestamp();

    /// <summary>
    /// Whether it has failed for so long that a new connection is tried: first after seconds, then after twice as long
    /// each time. The library reconnects by itself, but not from every state.
    /// </summary>
    internal bool IsRenewalDue()
    {
        long doubled = (long)StoreLimits.RenewMilliseconds << int.Min(_renewals, MaxRenewalShift);
        long wait = long.Min(doubled, StoreLimits.MaxRenewMilliseconds);
        return FailingSince != 0 && clock.GetElapsedTime(FailingSince).TotalMilliseconds >= wait
            && clock.GetElapsedTime(_madeAt).TotalMilliseconds >= wait;
    }

    /// <summary>
    /// Probes once, within a bounded time; again when a server that worked cannot be reached: a machine that is busy
    /// for a moment is no outage, and when one node of a cluster is lost, the library fails requests to all nodes until
    /// it has read the topology anew.
    /// </summary>
    internal async Task RunAsync()
    {
        long start = clock.GetTimestamp();
        TimeSpan settling = link.Kind == PeerKind.Cluster ? ClusterSettling : TimeSpan.Zero;
        ProbeResult result = await ProbeAsync().ConfigureAwait(false);
        bool isRepeated = !result.Reads && Last.Fault is null;
        while (isRepeated)
        {
            await Task.Delay(Pause, clock).ConfigureAwait(false);
            await AwaitPendingAsync().ConfigureAwait(false);
            result = await ProbeAsync().ConfigureAwait(false);
            isRepeated = !result.Reads && clock.GetElapsedTime(start) < settling;
        }

        Last = result;
        FailingSince = Last.Fault is null ? 0 : FailingSince == 0 ? clock.GetTimestamp() : FailingSince;
    }

    /// <summary>Waits for a task of the library within the limit.</summary>
    internal async Task<T> BoundAsync<T>(Task<T> task)
    {
        _pending.RemoveAll(static other => other.IsCompleted);
        if (!task.IsCompleted)
        {
            _pending.Add(task);
        }

        return await task.WaitAsync(Limit, clock).ConfigureAwait(false);
    }

    private async Task AwaitPendingAsync()
    {
        Task pending = Task.WhenAll(_pending);
        Task limit = Task.Delay(Limit, clock);
        await Task.WhenAny(pending, limit).ConfigureAwait(false);
    }

    private async Task<ProbeResult> ProbeAsync()
    {
        if (link.Multiplexer is not { } multiplexer || !link.HasAttempted)
        {
            return new(false, link.AttemptFault is { } attempt
                ? new ServerFault(FaultKind.Unreachable, attempt)
                : ServerFault.NotConnected);
        }

        // A server that does not reply is not asked again before the library gave up: nothing accumulates.
        if (_pending.Exists(static task => !task.IsCompleted))
        {
            return new(false, ServerFault.Overdue);
        }

        IDatabase database = multiplexer.GetDatabase();
        if (!_isAuthenticated)
        {
            // After a wrong password the library goes on as the default user, where the server lets it.
            ServerFault? refusal = await TryAsync(
                () => database.ExecuteAsync("AUTH", link.Credentials)).ConfigureAwait(false);
            if (refusal is not null)
            {
                return new(false, refusal);
            }

            _isAuthenticated = true;
        }

        return link.Kind == PeerKind.Cluster
            ? await ProbeClusterAsync(database).ConfigureAwait(false)
            : await ProbeKeyAsync(database, $"{prefix}:probe").ConfigureAwait(false);
    }

    /// <summary>Probes some keys of the nodes that are not lost.</summary>
    private async Task<ProbeResult> ProbeClusterAsync(IDatabase database)
    {
        ServerFault? first = Lost?.Fault;
        bool reads = false;
        int probed = 0;
        for (int i = 0; i < StoreLimits.ClusterProbeKeys && probed < StoreLimits.ClusterProbesAtOnce; i++)
        {
            _turn = (_turn + 1) % StoreLimits.ClusterProbeKeys;
            RedisKey key = $"{prefix}:probe:{_turn}";
            if (Lost?.Contains(key) != true)
            {
                probed++;
                ProbeResult result = await ProbeKeyAsync(database, key).ConfigureAwait(false);
                reads |= result.Reads;
                first ??= result.Fault;
            }
        }

        return new(reads, first);
    }

    private async Task<ProbeResult> ProbeKeyAsync(IDatabase database, RedisKey key)
    {
        CommandFlags flags = Flags(link.Kind);
        ServerFault? written = await TryAsync(() => database.ExecuteAsync(
            "PSETEX", [key, StoreLimits.ProbeLifeMilliseconds, ""], flags)).ConfigureAwait(false);
        ServerFault? read = written is { Kind: FaultKind.Unreachable }
            ? written
            : await TryAsync(() => database.StringGetAsync(key, flags)).ConfigureAwait(false);
        return new(read is null, read ?? written);
    }

    /// <summary>The flags of each request: only within a cluster may the library send it elsewhere.</summary>
    internal static CommandFlags Flags(PeerKind kind) =>
        kind == PeerKind.Cluster ? CommandFlags.DemandMaster : CommandFlags.DemandMaster | CommandFlags.NoRedirect;

    private async Task<ServerFault?> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await BoundAsync(call()).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            return ServerFault.Of(fault, link.AttemptFault);
        }
    }
}
