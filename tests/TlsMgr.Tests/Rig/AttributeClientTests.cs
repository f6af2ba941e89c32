using System;
using System.IO;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Rig;

public sealed class AttributeClientTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("attribute-client-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly AttributeClient _client;
    private readonly Socket _server;

    public AttributeClientTests()
    {
        string path = Path.Combine(_directory.FullName, "socket");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _client = AttributeClient.Connect(path, Timeout);
        _server = _listener.Accept();
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_list_is_sent_with_empty_values_and_its_terminator()
    {
        _client.Send(("request", "tktkey"u8.ToArray()), ("keyname", []));

        byte[] expected = "request\0tktkey\0keyname\0\0\0"u8.ToArray();
        byte[] received = new byte[expected.Length];
        new NetworkStream(_server).ReadExactly(received);
        received.ShouldBe(expected);
        _server.Available.ShouldBe(0);
    }

    [Fact]
    public void Lists_that_arrive_together_are_read_one_at_a_time()
    {
        _server.Send("protocol\0tlsmgr_protocol\0\0status\04294967295\0session\0\0\0"u8);

        var (name, value) = _client.ReadList().ShouldHaveSingleItem();
        name.ShouldBe("protocol");
        value.ShouldBe("tlsmgr_protocol"u8.ToArray());
        var reply = _client.ReadList();
        reply.Count.ShouldBe(2);
        reply[0].Value.ShouldBe("4294967295"u8.ToArray());
        reply[1].Name.ShouldBe("session");
        reply[1].Value.ShouldBeEmpty();
    }

    [Fact]
    public void The_end_of_the_stream_is_an_exception_only_inside_a_list()
    {
        _server.Send("status\00\0\0status\0"u8);
        _server.Shutdown(SocketShutdown.Send);

        _client.ReadList().Count.ShouldBe(1);
        Should.Throw<EndOfStreamException>(() => _client.ReadList());
        _client.ReadEnd().ShouldBeTrue();
    }
}
