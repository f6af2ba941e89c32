using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Memory;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>Connections are reused for other clients without further memory.</summary>
public sealed class UnusedConnectionTests : IDisposable
{
    private const int BatchSize = 4;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-spare-");
    private readonly ManualClock _clock = new();
    private readonly EchoService _service = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly List<Socket> _clients = [];
    private readonly UnixListener _listener;

    public UnusedConnectionTests()
    {
        _loop = new EventLoop(_clock);
        _connections = new ClientConnections(
            _loop, _service, _clock, new Log(),
            new ConnectionSettings("tlsmgr socket", TimeSpan.FromHours(1)) { BatchSize = BatchSize },
            new ConnectionCounters());
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, _clock, new Log());
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
    public void A_client_with_a_reused_connection_allocates_almost_nothing()
    {
        long allocated = long.MaxValue;
        for (int batch = 0; batch < 5; batch++)
        {
            long inTurns = 0;
            for (int i = 0; i < AllocatedBytes.TimesPerBatch; i++)
            {
                Connect();
                inTurns += Turn();
                Disconnect();
                inTurns += Turn();
            }

            allocated = long.Min(allocated, inTurns);
        }

        // The pipe's object for the block that the client's end was read into; a connection is ten times as large.
        allocated.ShouldBeLessThanOrEqualTo(AllocatedBytes.TimesPerBatch * 100);
        _connections.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("request|half of a requ")]
    [InlineData("re")]
    [InlineData("request|a||request|broken||request|b||")]
    [InlineData("request|hold||request|quiet||")]
    public void No_state_of_a_client_remains_for_the_next(string last)
    {
        for (int i = 0; i < 3 * BatchSize; i++)
        {
            Socket client = Connect();
            Turn();
            client.Send(Wire.Bytes(last));
            Turn();
            Disconnect();
            Turn();
        }

        Socket next = Connect();
        Turn();
        next.Send(Wire.Bytes("request|a||"));
        Turn();

        byte[] buffer = new byte[100];
        Wire.Text(buffer.AsSpan(0, next.Receive(buffer))).ShouldBe("hello[request|a||]");
        _connections.Count.ShouldBe(1);
    }

    [Fact]
    public void A_reused_conversation_has_the_initial_value_in_every_field()
    {
        using ScriptedClient first = new(_service);
        using ScriptedClient used = new(_service, first.Memory);
        used.Send("request|a||request|hold||request|" + new string('x', ServerLimits.ModestMessageBytes) + "||requ");
        used.Conversation.HasGrown.ShouldBeTrue();
        used.Close();
        Fields(used.Conversation).ShouldNotBe(Fields(first.Conversation));

        used.Conversation.Dispose();
        used.Conversation.Begin();

        Fields(used.Conversation).ShouldBe(Fields(first.Conversation));
        used.Send("request|b||").ShouldBe("[request|b||]");
    }

    [Fact]
    public void A_connection_that_has_grown_is_not_kept()
    {
        byte[] large = Wire.Bytes("request|quiet|large|" + new string('x', ServerLimits.ModestMessageBytes) + "||");
        Connect();
        Turn();
        long whenConnecting = 0;
        for (int i = 0; i < 2 * BatchSize; i++)
        {
            Socket client = Connect();
            whenConnecting += Turn();
            Send(client, large);
            Disconnect();
            Turn();
        }

        whenConnecting.ShouldBeGreaterThan(BatchSize * 500, "connections are allocated again");
    }

    [Fact]
    public void Reserved_memory_grows_and_is_released()
    {
        ReservedMemory reserved = new();
        reserved.TryReserve(1 << 20).ShouldBeTrue();
        reserved.TryReserve(1L << 48).ShouldBeFalse("more than a processor can address");
        reserved.LengthBytes.ShouldBe(1 << 20);
        reserved.TryReserve(3 << 20).ShouldBeTrue();
        reserved.LengthBytes.ShouldBe(3 << 20);
        reserved.Release();
        reserved.LengthBytes.ShouldBe(0);
        reserved.Release();
    }

    [Fact]
    public void A_memory_shortage_releases_the_reserve_until_memory_is_available_again()
    {
        CollectorReserve reserve = new();
        reserve.HasMemory(1 << 20).ShouldBeTrue();
        reserve.IsAcquired.ShouldBeTrue();

        reserve.HasMemory(1L << 48).ShouldBeFalse();
        reserve.IsAcquired.ShouldBeFalse("the collector may need it");

        reserve.TryGrow(1 << 20).ShouldBeTrue();
        reserve.IsAcquired.ShouldBeTrue();
        reserve.TryGrow(1L << 48).ShouldBeFalse();
        reserve.IsAcquired.ShouldBeFalse();
    }

    private static string[] Fields(object instance) =>
    [
        .. instance.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => field.FieldType.IsValueType)
            .Select(field => $"{field.Name} {Describe(field.GetValue(instance)!)}"),
    ];

    /// <summary>Returns the value of a field, or the values of the fields of a struct.</summary>
    private static string Describe(object value) => value.GetType() is { IsPrimitive: false, IsEnum: false }
        ? string.Join(" ", Fields(value))
        : value.ToString()!;

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        _clients.Add(client);
        return client;
    }

    private void Disconnect()
    {
        // Shut down before it is closed: a program that another test starts meanwhile may have a copy of the
        // descriptor.
        try
        {
            _clients[^1].Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The service has closed the connection.
        }

        _clients[^1].Dispose();
        _clients.RemoveAt(_clients.Count - 1);
    }

    private void Send(Socket client, byte[] bytes)
    {
        client.Blocking = false;
        for (int sent = 0; sent < bytes.Length; Turn())
        {
            sent += int.Max(0, client.Send(bytes.AsSpan(sent), SocketFlags.None, out _));
        }
    }

    /// <summary>Runs turns until there is no work; returns the bytes allocated meanwhile.</summary>
    private long Turn()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 6 || _connections.HasWork; i++)
        {
            _loop.Turn(mayWait: false);
            _connections.RunTurn();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
