using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>Two authorities, and certificates of the first one, in PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlspool-tls-");

    internal TestCertificates()
    {
        using X509Certificate2 authority = Authority("authority");
        using X509Certificate2 other = Authority("other-authority");
        Write(authority, "server", "127.0.0.1");
        Write(authority, "elsewhere", "elsewhere.example.com");
        Write(authority, "client", "client.example.com");
        File.WriteAllText(this["authority.pem"], authority.ExportCertificatePem());
        File.WriteAllText(this["other-authority.pem"], other.ExportCertificatePem());
    }

    /// <summary>The path of a file.</summary>
    internal string this[string name] => Path.Combine(_directory.FullName, name);

    /// <summary>The options of a server with TLS only, on the port that it has.</summary>
    internal string[] ServerOptions(string name, bool asksForCertificate) =>
    [
        "--tls-cert-file", this[$"{name}.pem"], "--tls-key-file", this[$"{name}.key"],
        "--tls-ca-cert-file", this["authority.pem"], "--tls-auth-clients", asksForCertificate ? "yes" : "no",
    ];

    public void Dispose() => _directory.Delete(recursive: true);

    private static X509Certificate2 Authority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private void Write(X509Certificate2 authority, string file, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={file}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(
            authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(this[$"{file}.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(this[$"{file}.key"], key.ExportPkcs8PrivateKeyPem());
    }
}
