// The receiver's certificate: created by openssl for this run, self-signed, trusted by the sender alone.

using System.IO;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Paths of a certificate and its private key, both PEM.</summary>
internal sealed record Certificates(string CertificateFile, string KeyFile)
{
    /// <summary>The subject of each.</summary>
    internal const string Subject = "CN=localhost";

    /// <summary>Creates a certificate for localhost and 127.0.0.1 in a directory.</summary>
    /// <exception cref="RigException">openssl failed.</exception>
    internal static Certificates Create(Distribution distribution, string directory, CancellationToken cancellation)
    {
        Certificates created = new(Path.Combine(directory, "certificate.pem"), Path.Combine(directory, "key.pem"));
        string[] arguments =
        [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", $"/{Subject}",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout", created.KeyFile, "-out", created.CertificateFile,
        ];
        Shell.Require(distribution.OpenSslCommand, arguments, cancellation);
        return created;
    }
}
