// The parameters of tlspool(8). They stand in tlsmgr.cf beside those of tlsmgr(8), which warns of names that it does
// not know. Nothing that a value names is opened or contacted here.

namespace TlsMgr.Postfix.Config;

/// <summary>The unchecked texts of the parameters that name the server of a pool.</summary>
public sealed class PoolServerParameters
{
    private static readonly ParameterDefinition ServerList = Own("tlspool_server", "");
    private static readonly ParameterDefinition Authorities = Own("tlspool_tls_CAfile", "");
    private static readonly ParameterDefinition Certificate = Own("tlspool_tls_cert_file", "");
    private static readonly ParameterDefinition Key = Own("tlspool_tls_key_file", "");
    private static readonly ParameterDefinition UserName = Own("tlspool_user", "");
    private static readonly ParameterDefinition Password = Own("tlspool_password_file", "");
    private static readonly ParameterDefinition KeyPrefix = Own("tlspool_prefix", "tlspool");
    private static readonly ParameterDefinition Service = Own("tlspool_sentinel_service", "");

    private PoolServerParameters(ParameterStore store)
    {
        Servers = store.Text(ServerList);
        AuthoritiesFile = store.Text(Authorities);
        CertificateFile = store.Text(Certificate);
        KeyFile = store.Text(Key);
        User = store.Text(UserName);
        PasswordFile = store.Text(Password);
        Prefix = store.Text(KeyPrefix);
        SentinelService = store.Text(Service);
    }

    /// <summary>tlspool_server: <c>inet:HOST:PORT</c> and <c>unix:PATH</c>; empty for none.</summary>
    public string Servers { get; }

    /// <summary>tlspool_tls_CAfile: who certifies servers; empty for connections without TLS.</summary>
    public string AuthoritiesFile { get; }

    /// <summary>tlspool_tls_cert_file: the client's certificate; empty for none.</summary>
    public string CertificateFile { get; }

    /// <summary>tlspool_tls_key_file: its private key; empty when the certificate's file holds it.</summary>
    public string KeyFile { get; }

    /// <summary>tlspool_user: the ACL user; empty for the default user.</summary>
    public string User { get; }

    /// <summary>tlspool_password_file: whose first line is the password; empty for none.</summary>
    public string PasswordFile { get; }

    /// <summary>tlspool_prefix: what all keys in the server begin with.</summary>
    public string Prefix { get; }

    /// <summary>tlspool_sentinel_service: the name of the service when the servers are Sentinels.</summary>
    public string SentinelService { get; }

    /// <summary>Reads the texts.</summary>
    /// <exception cref="Logging.FatalException">One cannot be expanded.</exception>
    public static PoolServerParameters Load(ParameterStore store) => new(store);

    private static ParameterDefinition Own(string name, string value) => new(name, value) { IsOwn = true };
}
