// The receiver's certificate: made by openssl for this run, signed by itself, trusted by nobody but the sender.

using System.IO;
using System.Threading;

namespace TlsMgr.Rig;

/// <summary>Paths of a certificate and its key, PEM.</summary>
internal sealed record Certificates(string CertificateFile, string KeyFile)
{
    internal static Certificates Create(Distribution distribution, string directory, CancellationToken cancellation)
    {
        Certificates made = new(Path.Combine(directory, "certificate.pem"), Path.Combine(directory, "key.pem"));
        string[] arguments =
        [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout", made.KeyFile, "-out", made.CertificateFile,
        ];
        Shell.Require(distribution.OpenSslCommand, arguments, cancellation);
        return made;
    }
}
