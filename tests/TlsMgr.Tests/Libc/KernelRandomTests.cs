using System;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

// The source of all random numbers of this process is another one meanwhile.
[Collection(AloneCollection.Name)]
public sealed class KernelRandomTests
{
    private static readonly FieldInfo Device =
        typeof(KernelRandom).GetField("_device", BindingFlags.Static | BindingFlags.NonPublic)!;

    [Theory]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void Bytes_that_come_in_pieces_are_all_waited_for(int lengthBytes, bool isComplete)
    {
        // A read from this socket returns one piece, as getrandom(2) may return less than what was asked.
        using Socket server = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using Socket client = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        string name = $"\0tlsmgr-{Guid.NewGuid()}";
        server.Bind(new UnixDomainSocketEndPoint(name));
        client.Connect(new UnixDomainSocketEndPoint(name));
        byte[] bytes = [.. Enumerable.Range(1, lengthBytes).Select(static value => (byte)value)];
        foreach (byte[] piece in bytes[..12].Chunk(4))
        {
            client.Send(piece);
        }

        server.Blocking = false;
        byte[] buffer = new byte[lengthBytes];
        object before = Device.GetValue(null)!;
        try
        {
            Device.SetValue(null, (int)server.Handle);
            KernelRandom.TryFill(buffer).ShouldBe(isComplete);
        }
        finally
        {
            Device.SetValue(null, before);
        }

        buffer.ShouldBe(isComplete ? bytes : new byte[lengthBytes]);
    }
}
