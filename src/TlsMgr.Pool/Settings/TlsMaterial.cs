using System;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsMgr.Pool.Settings;

/// <summary>The certificates for connections to servers. Read before the jail, and used in it.</summary>
internal sealed class TlsMaterial
{
    private readonly X509Certificate2Collection _authorities;
    private readonly SslStreamCertificateContext? _certificate;

    private TlsMaterial(X509Certificate2Collection authorities, SslStreamCertificateContext? certificate)
    {
        _authorities = authorities;
        _certificate = certificate;
    }

    /// <summary>Reads the files. Returns the fault with the name of the file, or null.</summary>
    /// <param name="authoritiesFile">The certificates of the authorities.</param>
    /// <param name="certificateFile">The client's certificate with its chain; empty for none.</param>
    /// <param name="keyFile">Its key; empty when the certificate's file holds it.</param>
    /// <param name="material">What was read.</param>
    internal static string? Read(
        string authoritiesFile, string certificateFile, string keyFile, out TlsMaterial? material)
    {
        material = null;
        X509Certificate2Collection authorities = [];
        string? fault = ReadAuthorities(authoritiesFile, authorities);
        SslStreamCertificateContext? certificate = null;
        if (fault is null && certificateFile.Length > 0)
        {
            fault = ReadCertificate(certificateFile, keyFile.Length > 0 ? keyFile : certificateFile, out certificate);
        }

        material = fault is null ? new TlsMaterial(authorities, certificate) : null;
        material?.Prepare();
        return fault;
    }

    /// <summary>
    /// Verifies a certificate once: the first time, .NET looks for the certificate stores of the user, and fails where
    /// the jail hides the list of users.
    /// </summary>
    private void Prepare()
    {
        using X509Chain chain = new() { ChainPolicy = CreatePolicy() };
        chain.Build(_authorities[0]);
    }

    private X509ChainPolicy CreatePolicy()
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    /// <summary>The settings of one connection.</summary>
    /// <param name="target">The name that the server's certificate must have.</param>
    internal SslClientAuthenticationOptions CreateOptions(string target) => new()
    {
        TargetHost = target,
        CertificateChainPolicy = CreatePolicy(),
        ClientCertificateContext = _certificate,
    };

    private static string? ReadAuthorities(string path, X509Certificate2Collection authorities)
    {
        if (SecretFile.Read(path, out SecretFile? file) is { } fault)
        {
            return $"open {path}: {fault}";
        }

        using (file)
        {
            try
            {
                authorities.ImportFromPem(file!.Text);
            }
            catch (CryptographicException)
            {
                return $"file {path}: a certificate is malformed";
            }
        }

        return authorities.Count == 0 ? $"file {path}: it has no certificate" : null;
    }

    private static string? ReadCertificate(string path, string keyPath, out SslStreamCertificateContext? certificate)
    {
        certificate = null;
        if (SecretFile.Read(path, out SecretFile? file) is { } fault)
        {
            return $"open {path}: {fault}";
        }

        using (file)
        {
            if (SecretFile.Read(keyPath, out SecretFile? key) is { } keyFault)
            {
                return $"open {keyPath}: {keyFault}";
            }

            using (key)
            {
                try
                {
                    X509Certificate2Collection chain = [];
                    chain.ImportFromPem(file!.Text);
                    X509Certificate2 own = X509Certificate2.CreateFromPem(file.Text, key!.Text);
                    certificate = SslStreamCertificateContext.Create(
                        own, [.. chain.Where(other => other.Thumbprint != own.Thumbprint)], offline: true);
                    return null;
                }
                catch (Exception caught) when (caught is CryptographicException or ArgumentException)
                {
                    return $"file {path}: no certificate for the key in {keyPath}";
                }
            }
        }
    }
}
