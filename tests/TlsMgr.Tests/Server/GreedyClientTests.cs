using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>Clients that take more than their share of a turn, or leave a connection in an unknown state.</summary>
public sealed class GreedyClientTests : IDisposable
{
    private const int BatchSize = 4;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-greedy-");
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly List<Socket> _clients = [];
    private readonly UnixListener _listener;

    public GreedyClientTests()
    {
        ManualClock clock = new();
        _loop = new EventLoop(clock);
        _connections = new ClientConnections(
            _loop, new EchoService(), clock, new Log(),
            new ConnectionSettings("tlsmgr socket", TimeSpan.FromHours(1)) { BatchSize = BatchSize },
            new ConnectionCounters());
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, clock, new Log());
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _connections.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_turn_reads_a_bounded_part_of_what_a_client_has_sent()
    {
        const int BlocksPerTurn = ServerLimits.ReadBytesPerTurn / MemoryLimits.BlockBytes;
        Socket client = Connect();
        int sent = SendAll(client, Wire.Bytes("request|" + new string('x', 1 << 20)));
        sent.ShouldBeGreaterThan(2 * ServerLimits.ReadBytesPerTurn, "as much as the socket takes");

        Turn();
        _connections.Memory.UsedBlocks.ShouldBeInRange(BlocksPerTurn, BlocksPerTurn + 1);

        Turn();
        _connections.Memory.UsedBlocks.ShouldBeInRange(2 * BlocksPerTurn, (2 * BlocksPerTurn) + 1);
    }

    [Fact]
    public void A_turn_accepts_a_bounded_number_of_clients()
    {
        const int Clients = ServerLimits.AcceptsPerTurn * 3 / 2;
        for (int i = 0; i < Clients; i++)
        {
            Open();
        }

        Turn();
        _connections.Count.ShouldBe(ServerLimits.AcceptsPerTurn);

        Turn();
        _connections.Count.ShouldBe(Clients);
    }

    [Fact]
    public void A_connection_whose_request_ended_in_an_exception_is_not_kept()
    {
        Connect();
        long whenConnecting = 0;
        for (int i = 0; i < 2 * BatchSize; i++)
        {
            Socket client = Connect(out long allocated);
            whenConnecting += allocated;
            client.Send(Wire.Bytes("request|broken||"));
            Turn();
            _connections.Count.ShouldBe(1, "that of the first client");
        }

        whenConnecting.ShouldBeGreaterThan(BatchSize * 500, "connections are allocated again");
    }

    private static int SendAll(Socket client, byte[] bytes)
    {
        client.Blocking = false;
        int sent = 0;
        SocketError error = SocketError.Success;
        while (error == SocketError.Success && sent < bytes.Length)
        {
            sent += int.Max(0, client.Send(bytes.AsSpan(sent), SocketFlags.None, out error));
        }

        return sent;
    }

    private Socket Connect() => Connect(out _);

    /// <summary>Connects, and measures what the turn that accepts the client allocates.</summary>
    private Socket Connect(out long allocated)
    {
        Socket client = Open();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn();
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return client;
    }

    private Socket Open()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        _clients.Add(client);
        return client;
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _connections.RunTurn();
    }
}
