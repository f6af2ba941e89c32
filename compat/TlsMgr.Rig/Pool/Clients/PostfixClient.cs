using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>Postfix's smtp(8) on a host that is not of the pool; its tlsmgr keeps the sessions.</summary>
/// <param name="sender">The host.</param>
internal sealed class PostfixClient(PoolHost sender) : IResumingClient
{
    private const string Discard = "default_transport = discard";

    private static int _messages;

    private string MainCfPath => Path.Combine(sender.Instance.ConfigDirectory, "main.cf");

    internal static PoolHost StartSender(PoolRig rig, CancellationToken cancellation)
    {
        PoolHost sender = rig.Add("S", cancellation);
        File.AppendAllText(
            Path.Combine(sender.Instance.ConfigDirectory, "master.cf"),
            "client unix - - n - - smtp -o max_use=1 -o smtp_tls_security_level=encrypt"
                + " -o smtp_dns_support_level=disabled\n");
        sender.Start(cancellation);
        return sender;
    }

    public void Connect(string address, int port, CancellationToken cancellation)
    {
        string mainCf = File.ReadAllText(MainCfPath);
        string route = $"default_transport = client:[{address}]:{port}";
        File.WriteAllText(MainCfPath, mainCf.Replace(Discard, route, StringComparison.Ordinal));
        try
        {
            sender.Reload(cancellation);
            Deliver(cancellation);
        }
        finally
        {
            File.WriteAllText(MainCfPath, mainCf);
        }
    }

    public void Dispose()
    {
        // The sender keeps its sessions, by address, port and the server's name in EHLO.
    }

    private void Deliver(CancellationToken cancellation)
    {
        string recipient = string.Create(CultureInfo.InvariantCulture, $"message{++_messages}@elsewhere.test");
        LogLine end = sender.Instance.Deliver(recipient, cancellation);
        if (!end.Text.Contains("status=sent ", StringComparison.Ordinal))
        {
            throw new RigException($"Postfix's smtp: {end.Text}");
        }
    }
}
