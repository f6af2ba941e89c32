// Clients in this process: a program for each handshake would take most of the time.

using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Several clients at a time that connect to a listener of smtpd(8), never with an earlier session.</summary>
internal sealed class FullHandshakes(int port, Certificates certificates)
{
    private const int Clients = 8;

    /// <summary>Makes handshakes of TLS 1.3 and reads a reply after each, and with it the ticket.</summary>
    /// <exception cref="RigException">A handshake failed, or the server is silent.</exception>
    internal void Make(int count, CancellationToken cancellation)
    {
        using X509Certificate2 trusted = X509CertificateLoader.LoadCertificateFromFile(certificates.CertificateFile);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(2 * Deadline.Limit);
        ParallelOptions options = new() { MaxDegreeOfParallelism = Clients, CancellationToken = limit.Token };
        try
        {
            Parallel.ForAsync(0, count, options, async (_, token) => await ConnectAsync(trusted, token))
                .GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RigException($"{count} handshakes took more than {2 * Deadline.Limit.TotalSeconds} seconds");
        }
        catch (Exception fault) when (fault is IOException or SocketException or AuthenticationException)
        {
            throw new RigException($"a handshake failed: {fault.Message}");
        }
    }

    private async Task ConnectAsync(X509Certificate2 trusted, CancellationToken cancellation)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        NetworkStream plain = client.GetStream();
        await ExpectAsync(plain, "220", cancellation);
        await SendAsync(plain, "EHLO client.rig.test", "250", cancellation);
        await SendAsync(plain, "STARTTLS", "220", cancellation);
        using SslStream secure = new(plain);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate is not null && certificate.GetRawCertData().SequenceEqual(trusted.RawData),
            },
            cancellation);
        await SendAsync(secure, "QUIT", "221", cancellation);
    }

    private static async Task SendAsync(Stream stream, string command, string code, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        await ExpectAsync(stream, code, cancellation);
    }

    /// <summary>Reads a reply to its last line, the one with a space after the code. Nothing follows a reply.</summary>
    private static async Task ExpectAsync(Stream stream, string code, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        StringBuilder reply = new();
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellation);
            reply.Append(Encoding.ASCII.GetString(buffer, 0, count));
            string text = reply.ToString();
            if (text.EndsWith('\n') && text.Split('\n')[^2].StartsWith(code + ' ', StringComparison.Ordinal))
            {
                return;
            }

            if (count == 0)
            {
                throw new IOException($"the server replies {text.Trim()}, not {code}");
            }
        }
    }
}
