// Sits between the clients of tlsmgr and tlsmgr: passes every byte on as it comes and writes it down. Takes the place of the
// service socket; the real one is moved aside and stays master's.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;

namespace TlsMgr.Rig.Recording;

/// <summary>One read() of the relay.</summary>
/// <param name="FromClient">Whether the client sent it.</param>
/// <param name="Bytes">The bytes.</param>
internal sealed record RelayedChunk(bool FromClient, byte[] Bytes);

/// <summary>One connection.</summary>
/// <param name="Client">The program that connected: <c>smtpd</c>, <c>smtp</c>, <c>master</c> …</param>
/// <param name="Chunks">What was said, in order.</param>
internal sealed record RelayedConnection(string Client, List<RelayedChunk> Chunks);

/// <summary>A recording relay in front of one instance's tlsmgr.</summary>
internal sealed class Relay : IDisposable
{
    private const int RoomBytes = 64 * 1024;
    private const UnixFileMode ForEverybody = (UnixFileMode)0b110_110_110;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _movedPath;
    private readonly List<RelayedConnection> _connections = [];

    /// <summary>Begins to relay. The instance must have been started and not been used yet.</summary>
    internal Relay(PostfixInstance instance)
    {
        _movedPath = instance.TlsMgrSocket + "-recorded";
        File.Move(instance.TlsMgrSocket, _movedPath);
        _listener.Bind(new UnixDomainSocketEndPoint(instance.TlsMgrSocket));
        File.SetUnixFileMode(instance.TlsMgrSocket, ForEverybody);
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>The connections so far, in the order in which they were made.</summary>
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

                new Thread(() => Pass(client, connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed of: the recording is over.
        }
    }

    private void Pass(Socket client, RelayedConnection connection)
    {
        using Socket server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Connect(new UnixDomainSocketEndPoint(_movedPath));
        Thread back = new(() => Copy(server, client, fromClient: false, connection)) { IsBackground = true };
        back.Start();
        Copy(client, server, fromClient: true, connection);
        back.Join();
        client.Dispose();
    }

    private static void Copy(Socket from, Socket to, bool fromClient, RelayedConnection connection)
    {
        byte[] room = new byte[RoomBytes];
        try
        {
            int count;
            while ((count = from.Receive(room)) > 0)
            {
                lock (connection.Chunks)
                {
                    connection.Chunks.Add(new RelayedChunk(fromClient, room[..count]));
                }

                to.Send(room.AsSpan(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other side is gone; what was said until then stands in the recording.
        }
    }

    /// <summary>Whoever connected, by the process that the kernel names.</summary>
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
