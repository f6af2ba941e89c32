using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>MailKit over .NET's SslStream, which keeps sessions in the process by the server's name.</summary>
/// <param name="serverName">The name.</param>
internal sealed class MailKitClient(string serverName) : IResumingClient
{
    public void Connect(string address, int port, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline.Limit);
        using SmtpClient client = new();

        // The hosts' certificates are self-signed: what is looked at is the handshake.
        client.ServerCertificateValidationCallback =
            static (_, certificate, _, _) => certificate?.Subject == Certificates.Subject;
        client.CheckCertificateRevocation = false;
        try
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Parse(address), port);
            client.Connect(socket, serverName, port, SecureSocketOptions.StartTls, limit.Token);
            client.NoOp(limit.Token);
            client.Disconnect(quit: true, limit.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or SslHandshakeException
            or ProtocolException or CommandException)
        {
            throw new RigException($"MailKit: {fault.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RigException("MailKit: no reply");
        }
    }

    public void Dispose()
    {
        // .NET keeps its sessions for the process: another name is another client.
    }
}
