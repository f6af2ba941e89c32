using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;

namespace TlsMgr.Differential.Drivers;

/// <summary>
/// One client of a case: returns every byte that the daemon sends, and notes whether the daemon closes.
/// </summary>
internal sealed class Client : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[64 * 1024];

    internal Client(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>Whether the daemon has closed.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Sends bytes; the rest is dropped when the daemon has closed, which is no fault here.</summary>
    internal void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            IsClosed = true;
        }
    }

    /// <summary>Shuts the sending direction down.</summary>
    internal void CloseSending()
    {
        if (!IsClosed)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Reads until nothing has arrived for the quiet time, or the daemon closes.</summary>
    /// <param name="quiet">The quiet time.</param>
    /// <param name="untilEnd">How long to wait for the end of the connection, regardless of the quiet time.</param>
    internal byte[] Read(TimeSpan quiet, TimeSpan untilEnd = default)
    {
        List<byte> bytes = [];
        long start = Stopwatch.GetTimestamp();
        while (!IsClosed)
        {
            TimeSpan left = untilEnd - Stopwatch.GetElapsedTime(start);
            if (!_socket.Poll(left > quiet ? left : quiet, SelectMode.SelectRead))
            {
                break;
            }

            Take(bytes);
        }

        return [.. bytes];
    }

    /// <summary>Reads until that many attribute lists are complete, the daemon closes, or the timeout passes.</summary>
    internal byte[] ReadLists(int lists, TimeSpan timeout)
    {
        List<byte> bytes = [];
        long start = Stopwatch.GetTimestamp();
        while (!IsClosed && CountLists(bytes) < lists)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !_socket.Poll(left, SelectMode.SelectRead))
            {
                break;
            }

            Take(bytes);
        }

        return [.. bytes];
    }

    public void Dispose() => _socket.Dispose();

    private void Take(List<byte> bytes)
    {
        try
        {
            int count = _socket.Receive(_buffer);
            bytes.AddRange(_buffer.AsSpan(0, count));
            IsClosed = count == 0;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            IsClosed = true;
        }
    }

    /// <summary>Names and values alternate; a list ends with an empty name.</summary>
    private static int CountLists(List<byte> bytes)
    {
        int lists = 0;
        bool isName = true;
        int start = 0;
        for (int i = 0; i < bytes.Count; i++)
        {
            if (bytes[i] != 0)
            {
                continue;
            }

            bool isEnd = isName && i == start;
            lists += isEnd ? 1 : 0;
            isName = isEnd || !isName;
            start = i + 1;
        }

        return lists;
    }
}
