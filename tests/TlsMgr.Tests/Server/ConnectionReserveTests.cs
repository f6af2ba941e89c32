using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>The pool of connections and the collector's reserve follow the clients that are connected.</summary>
public sealed class ConnectionReserveTests
{
    private const int BatchSize = 4;

    [Fact]
    public void After_any_sequence_of_clients_the_reserve_covers_the_connections_that_exist_and_no_more() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps => FollowsClients(steps)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_crowd_of_clients_leaves_two_batches_of_connections()
    {
        using Run run = new();
        for (int i = 0; i < 100 * BatchSize; i++)
        {
            run.Connect();
        }

        run.ReserveBytes.ShouldBe(99L * BatchSize * ServerLimits.ConnectionReserveBytes);
        run.DisconnectAll();

        run.Pool.Total.ShouldBeLessThanOrEqualTo(2 * BatchSize);
        run.ReserveBytes.ShouldBeLessThanOrEqualTo(2L * BatchSize * ServerLimits.ConnectionReserveBytes);
    }

    [Fact]
    public void The_reserve_does_not_grow_for_connections_that_replace_others()
    {
        using Run run = new();
        for (int i = 0; i < 100 * BatchSize; i++)
        {
            run.Connect();
            run.Disconnect(0, isKept: false);
        }

        run.ReserveBytes.ShouldBe(0);
    }

    /// <summary>Each byte is a client that connects, or one that disconnects, with or without its connection.</summary>
    private static void FollowsClients(byte[] steps)
    {
        using Run run = new();
        foreach (byte step in steps)
        {
            if (step % 2 == 0 || run.Clients == 0)
            {
                run.Connect();
            }
            else
            {
                run.Disconnect(step % run.Clients, isKept: step % 4 == 1);
            }

            run.Pool.Total.ShouldBeInRange(run.Clients, (2 * run.Clients) + (3 * BatchSize));
            (run.ReserveBytes / ServerLimits.ConnectionReserveBytes).ShouldBeInRange(
                run.Pool.Total - BatchSize, int.Max(run.Pool.Total - 1, 0));
        }
    }

    /// <summary>A pool, and the connections in use.</summary>
    private sealed class Run : System.IDisposable
    {
        private readonly EventLoop _loop = new(new ManualClock());
        private readonly BlockPool _memory = new();
        private readonly CollectorReserve _reserve = new();
        private readonly List<ClientConnection> _used = [];

        internal Run()
        {
            EchoService service = new();
            Pool = new UnusedConnections(
                () => new ClientConnection(_loop, new Conversation(service, _memory), new TurnScheduler(_memory), true),
                _reserve, BatchSize);
        }

        internal UnusedConnections Pool { get; }

        internal int Clients => _used.Count;

        /// <summary>The reserve for connections.</summary>
        internal long ReserveBytes => _reserve.TargetBytes - MemoryLimits.CollectorReserveBytes;

        internal void Connect()
        {
            Pool.TryProvide().ShouldBeTrue();
            _used.Add(Pool.Rent());
        }

        internal void Disconnect(int index, bool isKept)
        {
            _used[index].IsPoisoned = !isKept;
            Pool.Return(_used[index]);
            _used.RemoveAt(index);
        }

        internal void DisconnectAll()
        {
            while (_used.Count > 0)
            {
                Disconnect(0, isKept: true);
            }
        }

        public void Dispose()
        {
            _memory.Dispose();
            _loop.Dispose();
        }
    }
}
