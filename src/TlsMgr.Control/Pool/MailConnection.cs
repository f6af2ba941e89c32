// SMTP until STARTTLS, the handshake, and then QUIT, in whose reply the ticket of TLS 1.3 has arrived. One deadline for
// all of it: a host that sends a byte now and then does not hold the program.

using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TlsMgr.Native.Tls;

namespace TlsMgr.Control.Pool;

/// <summary>Makes one connection to a host, by STARTTLS.</summary>
/// <param name="client">Makes TLS connections.</param>
/// <param name="host">The host.</param>
internal sealed class MailConnection(TlsClient client, MailHost host) : IDisposable
{
    private const int ReplyBytes = 16 * 1024;
    private const int MicrosecondsInMillisecond = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly byte[] _buffer = new byte[ReplyBytes];
    private Socket? _socket;
    private TlsConnection? _tls;

    /// <summary>Takes a ticket.</summary>
    /// <param name="offered">A session to offer; null for none.</param>
    /// <param name="ticket">The ticket that the host gave; null for none.</param>
    /// <returns>Whether the host resumed the offered session.</returns>
    /// <exception cref="IOException">Why there was no connection with TLS.</exception>
    internal bool Run(TlsSession? offered, out TlsSession? ticket)
    {
        Connect();
        Expect("220");
        Send("EHLO tlsmgrctl.invalid\r\n");
        Expect("250");
        Send("STARTTLS\r\n");
        Expect("220");
        _tls = client.Connect(offered);
        Handshake(_tls);
        Send("QUIT\r\n");
        Expect("221");
        ticket = _tls.TakeSession();
        return _tls.IsReused;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tls?.Dispose();
        _socket?.Dispose();
    }

    private TimeSpan Left => Limit - Stopwatch.GetElapsedTime(_start) is var left && left > TimeSpan.Zero
        ? left
        : throw new IOException("no reply within 10 seconds");

    private void Connect()
    {
        try
        {
            IPAddress[] addresses =
                Dns.GetHostAddressesAsync(host.Host).WaitAsync(Left).GetAwaiter().GetResult();
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            _socket.ConnectAsync(addresses, host.Port).WaitAsync(Left).GetAwaiter().GetResult();
        }
        catch (SocketException fault)
        {
            throw new IOException($"connect: {fault.Message}");
        }
        catch (TimeoutException)
        {
            throw new IOException("no connection within 10 seconds");
        }
    }

    private void Handshake(TlsConnection tls)
    {
        TlsStep step;
        while ((step = tls.Handshake()) == TlsStep.NeedsBytes)
        {
            Flush(tls);
            tls.Receive(ReceiveRaw());
        }

        Flush(tls);
        if (step == TlsStep.Failed)
        {
            throw new IOException($"handshake: {tls.TakeError()}");
        }
    }

    private void Send(string line)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(line);
        if (_tls is null)
        {
            SendRaw(bytes);
            return;
        }

        _tls.Write(bytes);
        Flush(_tls);
    }

    /// <summary>Reads a reply of one or more lines, and checks its code.</summary>
    private void Expect(string code)
    {
        StringBuilder reply = new();
        while (!IsComplete(reply))
        {
            reply.Append(Encoding.ASCII.GetString(Receive()));
            if (reply.Length > ReplyBytes)
            {
                throw new IOException("it does not speak SMTP");
            }
        }

        string text = reply.ToString();
        if (!text.StartsWith(code, StringComparison.Ordinal))
        {
            throw new IOException(Client.ReplyReader.Printable(text.Split('\r', '\n')[0]));
        }
    }

    private static bool IsComplete(StringBuilder reply)
    {
        string[] lines = reply.ToString().Split('\n');
        return lines.Length > 1 && lines[^1].Length == 0 && (lines[^2].Length < 4 || lines[^2][3] != '-');
    }

    private ReadOnlySpan<byte> Receive()
    {
        if (_tls is null)
        {
            return ReceiveRaw();
        }

        byte[] plain = new byte[ReplyBytes];
        TlsStep step;
        int count;
        while ((step = _tls.Read(plain, out count)) == TlsStep.NeedsBytes)
        {
            _tls.Receive(ReceiveRaw());
        }

        return step == TlsStep.Failed ? throw new IOException(_tls.TakeError()) : plain.AsSpan(0, count);
    }

    private void Flush(TlsConnection tls)
    {
        int count;
        while ((count = tls.Send(_buffer)) > 0)
        {
            SendRaw(_buffer.AsSpan(0, count));
        }
    }

    private void SendRaw(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _socket!.SendTimeout = (int)Left.TotalMilliseconds + 1;
            _socket.Send(bytes);
        }
        catch (SocketException fault)
        {
            throw new IOException(fault.Message);
        }
    }

    private ReadOnlySpan<byte> ReceiveRaw()
    {
        try
        {
            int count = _socket!.Poll((int)Left.TotalMilliseconds * MicrosecondsInMillisecond, SelectMode.SelectRead)
                ? _socket.Receive(_buffer)
                : throw new IOException("no reply within 10 seconds");
            return count > 0 ? _buffer.AsSpan(0, count) : throw new IOException("it closed the connection");
        }
        catch (SocketException fault)
        {
            throw new IOException(fault.Message);
        }
    }
}
