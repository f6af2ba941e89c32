using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing;

/// <summary>Delivers messages from a host to the partner: smtp(8) asks the host's tlsmgr for the session.</summary>
internal static class SharedDelivery
{
    private const string Established = " TLS connection established";

    private static int _messages;

    /// <summary>Delivers a message; returns whether smtp(8) resumed a session.</summary>
    internal static bool Send(PoolHost host, CancellationToken cancellation) => Deliver(host, cancellation).IsResumed;

    /// <summary>Delivers a message; returns what smtp(8) logs of its connection.</summary>
    internal static SharedOutcome Deliver(PoolHost host, CancellationToken cancellation)
    {
        string recipient = string.Create(CultureInfo.InvariantCulture, $"shared{++_messages}@elsewhere.test");
        int mark = host.Instance.Log.Read().Count;
        host.Instance.Submit(recipient, cancellation);
        LogLine end = host.Instance.Log.Await(
            line => line.Text.Contains($"to=<{recipient}>", StringComparison.Ordinal)
                && line.Text.Contains("status=", StringComparison.Ordinal),
            cancellation, mark)
            ?? throw new RigException($"{host.Name} did not try to deliver to {recipient}");
        if (!end.Text.Contains("status=sent ", StringComparison.Ordinal))
        {
            throw new RigException($"{host.Name}: {end.Text}");
        }

        List<LogLine> own = [.. host.Instance.Log.Read(mark).Where(line => line.Pid == end.Pid)];
        string? connection = own.Select(static line => line.Text).FirstOrDefault(
            static text => text.Contains(Established, StringComparison.Ordinal));
        return new SharedOutcome(
            own.Exists(static line => line.Text.EndsWith(": Reusing old session", StringComparison.Ordinal)),
            connection is null ? "" : connection[..connection.IndexOf(Established, StringComparison.Ordinal)]);
    }
}
