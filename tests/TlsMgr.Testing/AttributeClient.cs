// Invariant: no code is shared with the daemon, where a common fault would stay hidden. The caller interprets the
// attributes and decodes base64.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>A blocking client of the attribute protocol: one connection to a daemon's Unix socket.</summary>
public sealed class AttributeClient : IDisposable
{
    private readonly NetworkStream _connection;
    private readonly BufferedStream _input;

    private AttributeClient(Socket socket)
    {
        _connection = new NetworkStream(socket, ownsSocket: true);
        _input = new BufferedStream(_connection);
    }

    /// <summary>Whether the socket has unread bytes, or the daemon has closed it.</summary>
    public bool HasInput => _connection.Socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Connects.</summary>
    /// <param name="path">The path of the socket.</param>
    /// <param name="timeout">The limit of each later read or write; past it, they throw an IOException.</param>
    /// <exception cref="SocketException">No process listens at the path.</exception>
    public static AttributeClient Connect(string path, TimeSpan timeout)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
            socket.SendTimeout = (int)timeout.TotalMilliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new AttributeClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a list of attributes with its terminator, in one write.</summary>
    public void Send(params ReadOnlySpan<(string Name, byte[] Value)> attributes)
    {
        using MemoryStream message = new();
        foreach ((string name, byte[] value) in attributes)
        {
            message.Write(Encoding.UTF8.GetBytes(name));
            message.WriteByte(0);
            message.Write(value);
            message.WriteByte(0);
        }

        message.WriteByte(0);
        SendBytes(message.ToArray());
    }

    /// <summary>Sends bytes as they are.</summary>
    public void SendBytes(ReadOnlySpan<byte> bytes) => _connection.Write(bytes);

    /// <summary>Shuts the sending direction down; what the daemon sends can still be read.</summary>
    public void CloseSending() => _connection.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads one list of attributes with its terminator: an announcement or a reply.</summary>
    /// <exception cref="EndOfStreamException">The daemon closed the connection inside the list.</exception>
    public IReadOnlyList<(string Name, byte[] Value)> ReadList()
    {
        List<(string, byte[])> attributes = [];
        while (true)
        {
            byte[] name = ReadText();
            if (name.Length == 0)
            {
                return attributes;
            }

            attributes.Add((Encoding.UTF8.GetString(name), ReadText()));
        }
    }

    /// <summary>Fills a buffer with bytes that the daemon sends.</summary>
    /// <exception cref="EndOfStreamException">The daemon closed the connection before the buffer was full.</exception>
    public void ReadBytes(Span<byte> buffer) => _input.ReadExactly(buffer);

    /// <summary>Waits until the daemon closes the connection or sends a byte; returns whether it closed.</summary>
    public bool ReadEnd() => _input.ReadByte() < 0;

    public void Dispose()
    {
        _input.Dispose();
        _connection.Dispose();
    }

    private byte[] ReadText()
    {
        List<byte> text = [];
        while (true)
        {
            int next = _input.ReadByte();
            switch (next)
            {
                case < 0:
                    throw new EndOfStreamException("the connection was closed inside a list of attributes");
                case 0:
                    return [.. text];
                default:
                    text.Add((byte)next);
                    break;
            }
        }
    }
}
