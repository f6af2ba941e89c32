// The relay listens at the path of the service socket; master's own socket is moved aside and stays in use. Every chunk
// is forwarded as it arrives.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;

namespace TlsMgr.Rig.Recording;

/// <summary>The bytes of one read() of the relay.</summary>
/// <param name="FromClient">Whether the client sent it.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Order">Its place among all chunks of the relay.</param>
internal sealed record RelayedChunk(bool FromClient, byte[] Bytes, long Order);

/// <summary>One connection.</summary>
/// <param name="Client">The program that connected: <c>smtpd</c>, <c>smtp</c>, <c>master</c> …</param>
/// <param name="Chunks">The traffic of both directions, in order.</param>
internal sealed record RelayedConnection(string Client, List<RelayedChunk> Chunks);

/// <summary>A recording relay in front of one instance's tlsmgr.</summary>
internal sealed class Relay : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const UnixFileMode ReadWriteForAll = (UnixFileMode)0b110_110_110;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _movedPath;
    private readonly List<RelayedConnection> _connections = [];
    private long _chunks;

    /// <summary>Begins to relay. The instance must run and not have served a client yet.</summary>
    internal Relay(PostfixInstance instance)
    {
        _movedPath = instance.TlsMgrSocket + "-recorded";
        File.Move(instance.TlsMgrSocket, _movedPath);
        _listener.Bind(new UnixDomainSocketEndPoint(instance.TlsMgrSocket));
        File.SetUnixFileMode(instance.TlsMgrSocket, ReadWriteForAll);
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>The connections so far, in the order of their arrival.</summary>
    internal IReadOnlyList<RelayedConnection> Connections
    {
        get
        {
            lock (_connections)
            {
                return [.. _connections];
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                RelayedConnection connection = new(ProgramOf(client), []);
                lock (_connections)
                {
                    _connections.Add(connection);
                }

                new Thread(() => Forward(client, connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed: the recording is complete.
        }
    }

    private void Forward(Socket client, RelayedConnection connection)
    {
        using Socket server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Connect(new UnixDomainSocketEndPoint(_movedPath));
        Thread back = new(() => Copy(server, client, fromClient: false, connection)) { IsBackground = true };
        back.Start();
        Copy(client, server, fromClient: true, connection);
        back.Join();
        client.Dispose();
    }

    private void Copy(Socket from, Socket to, bool fromClient, RelayedConnection connection)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = from.Receive(buffer)) > 0)
            {
                lock (connection.Chunks)
                {
                    connection.Chunks.Add(new RelayedChunk(
                        fromClient, buffer[..count], Interlocked.Increment(ref _chunks)));
                }

                to.Send(buffer.AsSpan(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side is gone; the recording keeps the traffic until then.
        }
    }

    /// <summary>
    /// The program that connected, from the process id that the kernel reports for the socket (SO_PEERCRED).
    /// </summary>
    private static string ProgramOf(Socket client)
    {
        byte[] credentials = new byte[3 * sizeof(int)];
        client.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        int process = MemoryMarshal.Read<int>(credentials);
        return (SharedFile.ReadText($"/proc/{process}/comm") ?? "gone").Trim();
    }

    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
}
