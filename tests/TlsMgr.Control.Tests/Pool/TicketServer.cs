using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>A server with ticket keys of its own that speaks as much SMTP as STARTTLS needs.</summary>
internal sealed class TicketServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly SslStreamCertificateContext _context;
    private readonly bool _hasTls;

    internal TicketServer(bool hasTls = true)
    {
        _hasTls = hasTls;
        _context = SslStreamCertificateContext.Create(_certificate, null);
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        try
        {
            await SendAsync(stream, "220-two lines\r\n220 of greeting\r\n");
            await SendAsync(stream, "250-localhost\r\n250 STARTTLS\r\n", await ReadAsync(stream));
            await SendAsync(stream, _hasTls ? "220 go on\r\n" : "454 TLS not available\r\n", await ReadAsync(stream));
            using SslStream secure = new(stream);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = _context });
            await SendAsync(secure, "221 bye\r\n", await ReadAsync(secure));
        }
        catch (Exception fault) when (fault is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client has left.
        }
    }

    private static async Task<int> ReadAsync(Stream stream) => await stream.ReadAsync(new byte[1024]);

    private static async Task SendAsync(Stream stream, string text, int requestBytes = 1)
    {
        if (requestBytes > 0)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        }
    }
}
