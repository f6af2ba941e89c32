// Certificates and policies of the trust cases: two of each, so that one can take the other's place.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Trust;

/// <summary>The files in one directory.</summary>
internal sealed class TrustFiles
{
    private readonly Dictionary<string, string> _contents = [];

    private TrustFiles(string directory) => DirectoryPath = directory;

    internal string DirectoryPath { get; }

    /// <summary>The client's certificate and key in one file: the CA of itself.</summary>
    internal string Client => PathOf("client.pem");

    internal string ClientFingerprint { get; private set; } = "";

    internal string ServerFingerprint { get; private set; } = "";

    /// <summary>Makes all.</summary>
    internal static TrustFiles Create(Rig rig, CancellationToken cancellation)
    {
        TrustFiles files = new(Path.Combine(rig.DirectoryPath, "trust"));
        WorkArea.CreateOpenDirectory(files.DirectoryPath);
        string openSsl = rig.Distribution.OpenSslCommand;
        foreach (string name in (string[])["client", "stranger", "host", "otherhost"])
        {
            Certificates made = Certificates.Create(rig.Distribution, files.DirectoryPath, cancellation);
            string key = File.ReadAllText(made.KeyFile);
            string certificate = File.ReadAllText(made.CertificateFile);
            files._contents[$"{name}.pem"] = key + certificate;
            files._contents[$"{name}.certificate"] = certificate;
        }

        string server = File.ReadAllText(rig.Certificates.CertificateFile);
        files._contents["ca.pem"] = server + files._contents["client.certificate"];
        files._contents["other.pem"] = files._contents["stranger.certificate"];
        files._contents["more.pem"] = files._contents["ca.pem"] + files._contents["other.pem"];
        files._contents["policy"] = Policies(rig, "localhost");
        files._contents["otherpolicy"] = Policies(rig, "other.example");
        files.Reset();
        files.ClientFingerprint = Fingerprint(openSsl, files.PathOf("client.certificate"), cancellation);
        files.ServerFingerprint = Fingerprint(openSsl, rig.Certificates.CertificateFile, cancellation);
        return files;
    }

    internal string PathOf(string name) => Path.Combine(DirectoryPath, name);

    /// <summary>Writes all files as they were.</summary>
    internal void Reset()
    {
        foreach ((string name, string content) in _contents)
        {
            File.WriteAllText(PathOf(name), content);
        }
    }

    /// <summary>Gives a file the content of another one.</summary>
    internal void Replace(string name, string by) => File.WriteAllText(PathOf(name), _contents[by]);

    private static string Policies(Rig rig, string match) => string.Concat(
        rig.Scenarios.Select(scenario => $"[127.0.0.1]:{scenario.Port} secure match={match}\n"));

    private static string Fingerprint(string openSsl, string file, CancellationToken cancellation) => Shell.Require(
        openSsl, ["x509", "-in", file, "-noout", "-fingerprint", "-sha256"], cancellation).Split('=')[1].Trim();
}
