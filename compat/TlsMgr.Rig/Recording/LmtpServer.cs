using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;

namespace TlsMgr.Rig.Recording;

/// <summary>
/// An LMTP server on 127.0.0.1 that accepts every message over TLS and discards it: Postfix includes none to deliver
/// to.
/// </summary>
internal sealed class LmtpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _certificate;

    internal LmtpServer(Certificates certificates)
    {
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificates.CertificateFile, certificates.KeyFile);
        _certificate = SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), null, offline: true);
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>The listening port.</summary>
    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = _listener.AcceptTcpClient();
                ServeClient(client.GetStream());
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void ServeClient(NetworkStream plain)
    {
        try
        {
            using StreamWriter output = Writer(plain);
            using StreamReader input = new(plain, Encoding.ASCII, false, 1, leaveOpen: true);
            output.WriteLine("220 lmtp.rig.test LMTP");
            for (string? line = input.ReadLine(); line is not null; line = input.ReadLine())
            {
                if (line.StartsWith("STARTTLS", StringComparison.OrdinalIgnoreCase))
                {
                    output.WriteLine("220 2.0.0 ready");
                    using SslStream secure = new(plain, leaveInnerStreamOpen: true);
                    secure.AuthenticateAsServer(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate });
                    Deliver(secure);
                    return;
                }

                output.WriteLine("250-lmtp.rig.test\r\n250 STARTTLS");
            }
        }
        catch (Exception broken) when (broken is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client logs the failure.
        }
    }

    private static void Deliver(SslStream secure)
    {
        using StreamWriter output = Writer(secure);
        using StreamReader input = new(secure, Encoding.ASCII);
        for (string? line = input.ReadLine(); line is not null; line = input.ReadLine())
        {
            string verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "DATA")
            {
                output.WriteLine("354 go on");
                while (input.ReadLine() is { } text && text != ".")
                {
                }
            }

            output.WriteLine(verb == "QUIT" ? "221 2.0.0 bye" : "250 2.0.0 ok");
        }
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, Encoding.ASCII, -1, leaveOpen: true) { AutoFlush = true, NewLine = "\r\n" };
}
