using System.Globalization;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>The certificate of a server, which is its own CA, and another one.</summary>
internal sealed class ServerTls
{
    private const int Port = 6579;
    private readonly string _keyFile;

    /// <summary>Makes both.</summary>
    internal ServerTls(string openSsl, string directory, CancellationToken cancellation)
    {
        CaFile = Path.Combine(directory, "server.pem");
        OtherCaFile = Path.Combine(directory, "other-server.pem");
        _keyFile = Path.Combine(directory, "server.key");
        Create(openSsl, CaFile, _keyFile, cancellation);
        Create(openSsl, OtherCaFile, Path.Combine(directory, "other-server.key"), cancellation);
    }

    /// <summary>The CA of the server.</summary>
    internal string CaFile { get; }

    /// <summary>A CA that it does not have.</summary>
    internal string OtherCaFile { get; }

    /// <summary>The line of tlsmgr.cf for its port with TLS.</summary>
    internal static string ServerLine =>
        string.Create(CultureInfo.InvariantCulture, $"tlspool_server = inet:{CacheServer.Address}:{Port}");

    /// <summary>The options of a server that has such a port, too.</summary>
    internal string[] Options =>
    [
        "--tls-port", Port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", CaFile,
        "--tls-key-file", _keyFile, "--tls-ca-cert-file", CaFile, "--tls-auth-clients", "no",
    ];

    private static void Create(string openSsl, string certificate, string key, CancellationToken cancellation) =>
        Shell.Require(
            openSsl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
                "-subj", "/CN=server.rig.test", "-addext", $"subjectAltName=IP:{CacheServer.Address}", "-keyout", key,
                "-out", certificate,
            ],
            cancellation);
}
