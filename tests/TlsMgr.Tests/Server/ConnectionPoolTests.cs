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

/// <summary>Connections serve one client after the other, and the later ones cost no memory.</summary>
public sealed class ConnectionPoolTests : IDisposable
{
    private const int Together = 4;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-spare-");
    private readonly ManualClock _clock = new();
    private readonly EchoService _service = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _table;
    private readonly List<Socket> _clients = [];
    private readonly UnixListener _listener;

    public ConnectionPoolTests()
    {
        _loop = new EventLoop(_clock);
        _table = new ClientConnections(
            _loop, _service, _clock, new Log(),
            new ConnectionSettings("tlsmgr socket", TimeSpan.FromHours(1)) { BatchSize = Together },
            new ConnectionCounters());
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _table, _clock, new Log());
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _table.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_client_after_another_allocates_next_to_nothing()
    {
        long allocated = long.MaxValue;
        for (int batch = 0; batch < 5; batch++)
        {
            long inTurns = 0;
            for (int i = 0; i < AllocatedBytes.TimesPerBatch; i++)
            {
                Connect();
                inTurns += Turn();
                Leave();
                inTurns += Turn();
            }

            allocated = long.Min(allocated, inTurns);
        }

        // The pipe's object of the block that the client's end was read into; a connection itself is ten times that.
        allocated.ShouldBeLessThanOrEqualTo(AllocatedBytes.TimesPerBatch * 100);
        _table.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("request|half of a requ")]
    [InlineData("re")]
    [InlineData("request|a||request|broken||request|b||")]
    [InlineData("request|hold||request|quiet||")]
    public void Nothing_of_a_client_is_left_for_the_next(string last)
    {
        for (int i = 0; i < 3 * Together; i++)
        {
            Socket client = Connect();
            Turn();
            client.Send(Wire.Bytes(last));
            Turn();
            Leave();
            Turn();
        }

        Socket next = Connect();
        Turn();
        next.Send(Wire.Bytes("request|a||"));
        Turn();

        byte[] room = new byte[100];
        Wire.Text(room.AsSpan(0, next.Receive(room))).ShouldBe("hello[request|a||]");
        _table.Count.ShouldBe(1);
    }

    [Fact]
    public void A_conversation_that_begins_anew_is_in_every_field_as_the_first()
    {
        using ScriptedClient first = new(_service);
        using ScriptedClient used = new(_service, first.Memory);
        used.Say("request|a||request|hold||request|" + new string('x', ServerLimits.ModestMessageBytes) + "||requ");
        used.Conversation.HasGrown.ShouldBeTrue();
        used.Close();
        Fields(used.Conversation).ShouldNotBe(Fields(first.Conversation));

        used.Conversation.Dispose();
        used.Conversation.Begin();

        Fields(used.Conversation).ShouldBe(Fields(first.Conversation));
        used.Say("request|b||").ShouldBe("[request|b||]");
    }

    [Fact]
    public void One_that_large_messages_have_made_large_is_not_kept()
    {
        byte[] large = Wire.Bytes("request|quiet|large|" + new string('x', ServerLimits.ModestMessageBytes) + "||");
        Connect();
        Turn();
        long whenConnecting = 0;
        for (int i = 0; i < 2 * Together; i++)
        {
            Socket client = Connect();
            whenConnecting += Turn();
            Send(client, large);
            Leave();
            Turn();
        }

        whenConnecting.ShouldBeGreaterThan(Together * 500, "they are made anew");
    }

    [Fact]
    public void Held_memory_grows_and_is_given_back()
    {
        ReservedMemory held = new();
        held.TryHold(1 << 20).ShouldBeTrue();
        held.TryHold(1L << 48).ShouldBeFalse("more than a processor can address");
        held.LengthBytes.ShouldBe(1 << 20);
        held.TryHold(3 << 20).ShouldBeTrue();
        held.LengthBytes.ShouldBe(3 << 20);
        held.Release();
        held.LengthBytes.ShouldBe(0);
        held.Release();
    }

    [Fact]
    public void Want_gives_the_reserve_back_until_there_is_memory_again()
    {
        CollectorReserve reserve = new();
        reserve.HasMemory(1 << 20).ShouldBeTrue();
        reserve.IsHeld.ShouldBeTrue();

        reserve.HasMemory(1L << 48).ShouldBeFalse();
        reserve.IsHeld.ShouldBeFalse("the collector may need it now");

        reserve.TryGrow(1 << 20).ShouldBeTrue();
        reserve.IsHeld.ShouldBeTrue();
        reserve.TryGrow(1L << 48).ShouldBeFalse();
        reserve.IsHeld.ShouldBeFalse();
    }

    private static string[] Fields(object instance) =>
    [
        .. instance.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => field.FieldType.IsValueType)
            .Select(field => $"{field.Name} {Describe(field.GetValue(instance)!)}"),
    ];

    /// <summary>A value, or those that a structure of ours is made of.</summary>
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

    private void Leave()
    {
        // Not closed alone: a program that another test starts just then holds a copy of the descriptor.
        try
        {
            _clients[^1].Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The table has closed it.
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

    /// <summary>Lets the table work until it has nothing to do; answers how many bytes that allocated.</summary>
    private long Turn()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 6 || _table.HasWork; i++)
        {
            _loop.Turn(mayWait: false);
            _table.RunTurn();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
