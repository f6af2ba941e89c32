// Where the system's OpenSSL looks when nobody says where: the paths are compiled into the library, which .NET's own
// cryptography uses too. Cannot be asked in the jail, where no library can be loaded.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>The default paths of OpenSSL.</summary>
/// <param name="CertificateFile">The trusted certificates in one file: <c>/usr/lib/ssl/cert.pem</c>.</param>
/// <param name="CertificateDirectory">Those by hash: <c>/usr/lib/ssl/certs</c>.</param>
/// <param name="ConfigurationFile">The configuration: <c>/usr/lib/ssl/openssl.cnf</c>.</param>
public sealed unsafe record OpenSslDefaults(
    string CertificateFile, string CertificateDirectory, string ConfigurationFile)
{
    private static readonly string[] Libraries = ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.4"];

    /// <summary>Asks the library; null where there is none.</summary>
    public static OpenSslDefaults? Find()
    {
        foreach (string name in Libraries)
        {
            if (NativeLibrary.TryLoad(name, out nint library)
                && Ask(library, "X509_get_default_cert_file") is { } file
                && Ask(library, "X509_get_default_cert_dir") is { } directory
                && Ask(library, "X509_get_default_cert_area") is { } area)
            {
                return new OpenSslDefaults(file, directory, $"{area}/openssl.cnf");
            }
        }

        return null;
    }

    /// <summary>The version of the library, in its words; null where there is none.</summary>
    public static string? FindVersion()
    {
        foreach (string name in Libraries)
        {
            if (NativeLibrary.TryLoad(name, out nint library)
                && NativeLibrary.TryGetExport(library, "OpenSSL_version", out nint address))
            {
                return Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)address)(0));
            }
        }

        return null;
    }

    private static string? Ask(nint library, string function) =>
        NativeLibrary.TryGetExport(library, function, out nint address)
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)address)())
            : null;
}
