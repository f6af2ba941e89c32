using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>
/// The control socket with its maximum number of connections, and an event loop and a clock that the test drives:
/// which connection is closed for another one.
/// </summary>
public sealed class ControlServiceTests : IDisposable
{
    private const string Name = "control";

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(ServerLimits.ControlIdleSeconds);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-control-");
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly EchoService _service = new();
    private readonly ControlSocket _socket;
    private readonly ClientConnections _connections;
    private readonly List<Socket> _clients = [];

    /// <summary>As many connections as this user may have: root has one more.</summary>
    private static int MaxConnections => ServerLimits.ControlConnections + (Environment.IsPrivilegedProcess ? 1 : 0);

    public ControlServiceTests()
    {
        Log log = new();
        _loop = new EventLoop(_clock);
        _socket = ControlSocket.Open(
            _directory.FullName, Name, UserIdentity.FindUser(Environment.UserName)!, log).ShouldNotBeNull();
        _connections = new ControlService(_socket, _service, "tlsmgr control socket")
            .Start(_loop, _clock, log, new CollectorReserve());
        for (int i = 0; i < MaxConnections; i++)
        {
            _clients.Add(Connect());
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _connections.Dispose();
        _loop.Dispose();
        FileDescriptor.Close(_socket.Descriptor);
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void The_connection_that_was_idle_longest_is_closed_for_a_new_one()
    {
        Send(_clients[0], "request|a||");
        _clock.Advance(Idle);

        using Socket ninth = Connect();

        IsOpen(ninth).ShouldBeTrue();
        _clients.Select(IsOpen).ShouldBe(Enumerable.Range(0, MaxConnections).Select(i => i != 1));
    }

    [Fact]
    public void A_recently_used_connection_is_not_closed()
    {
        _clock.Advance(Idle);
        _clients.ForEach(client => Send(client, "request|a||"));
        _clock.Advance(Idle - TimeSpan.FromTicks(1));

        using Socket refused = Connect();

        IsOpen(refused).ShouldBeFalse();
        _clients.ShouldAllBe(client => IsOpen(client));
    }

    [Fact]
    public void A_connection_with_an_unfinished_request_is_not_closed()
    {
        _clients[1..].ForEach(client => Send(client, "request|a|"));
        _clock.Advance(Idle);

        // Its request arrives in the same turn as the new connection, and after it.
        using Socket refused = StartConnecting();
        _clients[0].Send(Wire.Bytes("request|a||"));
        TurnUntilIdle();

        _clients[0].Available.ShouldBe("hello[request|a||]".Length);
        IsOpen(refused).ShouldBeFalse();
        _clients.ShouldAllBe(client => IsOpen(client));
    }

    [Fact]
    public void No_connection_is_closed_when_one_has_ended()
    {
        _clock.Advance(Idle);
        _clients[3].Shutdown(SocketShutdown.Both);
        TurnUntilIdle();

        using Socket ninth = Connect();

        IsOpen(ninth).ShouldBeTrue();
        _connections.Count.ShouldBe(MaxConnections);
        _clients.Where((_, i) => i != 3).ShouldAllBe(client => IsOpen(client));
    }

    [Fact]
    public void A_request_of_a_disconnected_client_is_not_served()
    {
        int served = 0;
        _service.Served = () => served++;
        _clients[0].Send(Wire.Bytes("request|a||"));
        _clients[1].Send(Wire.Bytes("request|b||"));
        _clients[0].Dispose();
        TurnUntilIdle();

        served.ShouldBe(1);
        _clients[1].Available.ShouldBe("hello[request|b||]".Length);
        _connections.Count.ShouldBe(MaxConnections - 1);
    }

    /// <summary>Connects, and runs turns until the service has accepted or refused.</summary>
    private Socket Connect()
    {
        Socket client = StartConnecting();
        TurnUntilIdle();
        return client;
    }

    private Socket StartConnecting()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, Name)));
        return client;
    }

    private void Send(Socket client, string text)
    {
        client.Send(Wire.Bytes(text));
        TurnUntilIdle();
    }

    /// <summary>Whether the service has not closed the connection. Discards replies.</summary>
    private static bool IsOpen(Socket client)
    {
        byte[] buffer = new byte[1024];
        while (client.Poll(0, SelectMode.SelectRead))
        {
            if (client.Receive(buffer) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private void TurnUntilIdle()
    {
        for (int i = 0; i < 20 || _connections.HasWork; i++)
        {
            _loop.Turn(mayWait: false);
            _connections.RunTurn();
        }
    }
}
