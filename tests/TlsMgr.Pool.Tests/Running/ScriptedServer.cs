using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>
/// A server that speaks as much of the protocol as tlspool needs: it stores nothing, and replies to one command what a
/// test wants.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private volatile bool _isDisconnected;

    /// <summary>Starts the server.</summary>
    internal ScriptedServer()
    {
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>As tlspool_server names it.</summary>
    internal string Address => $"inet:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Replies to a request for a session; null: there is none. Called on the connection's own thread.</summary>
    internal Action<Stream>? OnGet { get; set; }

    /// <summary>Whether it ends each connection at once.</summary>
    internal bool ClosesConnections { get; init; }

    /// <summary>Whether tlspool has closed a connection on which a reply was being sent.</summary>
    internal bool IsDisconnected => _isDisconnected;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_clients)
        {
            _clients.ForEach(static client => client.Dispose());
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                lock (_clients)
                {
                    _clients.Add(client);
                }

                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test has ended.
            return;
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.Latin1);
            if (ClosesConnections)
            {
                client.Client.Shutdown(SocketShutdown.Send);
                stream.CopyTo(Stream.Null);
                return;
            }

            while (ReadCommand(reader) is { } command)
            {
                bool isSession = command[0] == "GET" && !command[1].EndsWith(":probe", StringComparison.Ordinal);
                if (isSession && OnGet is { } reply)
                {
                    reply(stream);
                }
                else
                {
                    stream.Write(Encoding.Latin1.GetBytes(Reply(command)));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // tlspool has closed the connection, or the test has ended.
            client.Dispose();
            _isDisconnected = true;
        }
    }

    private static string Reply(string[] command) => command[0] switch
    {
        "ECHO" => $"${command[1].Length}\r\n{command[1]}\r\n",
        "PSETEX" => "+OK\r\n",
        "UNLINK" => ":0\r\n",
        "XREAD" => "*-1\r\n",
        _ => "$-1\r\n",
    };

    private static string[]? ReadCommand(StreamReader reader)
    {
        if (reader.ReadLine() is not { } head)
        {
            return null;
        }

        string[] command = new string[int.Parse(head[1..], CultureInfo.InvariantCulture)];
        for (int i = 0; i < command.Length; i++)
        {
            int length = int.Parse(reader.ReadLine()![1..], CultureInfo.InvariantCulture);
            char[] text = new char[length];
            reader.ReadBlock(text);
            reader.ReadLine();
            command[i] = new string(text);
        }

        return command;
    }
}
