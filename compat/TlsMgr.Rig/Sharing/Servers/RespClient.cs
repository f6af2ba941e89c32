using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>A client of a server for values that are bytes: what an operator with malice does.</summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    internal RespClient(CacheServer server)
    {
        _client = new TcpClient(CacheServer.Address, server.Port);
        _stream = new BufferedStream(_client.GetStream());
    }

    /// <summary>Reads a value; null when there is none.</summary>
    internal byte[]? Get(string key)
    {
        Send(Bytes("GET"), Bytes(key));
        string head = ReadLine();
        int length = int.Parse(head.AsSpan(1), CultureInfo.InvariantCulture);
        if (length < 0)
        {
            return null;
        }

        byte[] value = new byte[length];
        _stream.ReadExactly(value);
        ReadLine();
        return value;
    }

    /// <summary>Writes a value with a life of ten minutes.</summary>
    internal void Put(string key, byte[] value)
    {
        Send(Bytes("PSETEX"), Bytes(key), Bytes("600000"), value);
        string reply = ReadLine();
        if (reply != "+OK")
        {
            throw new RigException($"the server does not store: {reply}");
        }
    }

    /// <summary>Runs a script in the server.</summary>
    internal void Run(string script)
    {
        Send(Bytes("EVAL"), Bytes(script), Bytes("0"));
        string reply = ReadLine();
        if (reply is not "$-1" and not "_")
        {
            throw new RigException($"the server does not run a script: {reply}");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private void Send(params byte[][] words)
    {
        List<byte> request = [.. Bytes($"*{words.Length}\r\n")];
        foreach (byte[] word in words)
        {
            request.AddRange([.. Bytes($"${word.Length}\r\n"), .. word, .. Bytes("\r\n")]);
        }

        _stream.Write([.. request]);
        _stream.Flush();
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        int next;
        while ((next = _stream.ReadByte()) != '\n')
        {
            line.Append(next < 0 ? throw new RigException("the server closed the connection") : (char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
