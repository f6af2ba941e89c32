using System;
using System.Collections.Generic;
using System.Threading;

namespace TlsMgr.Rig.Scenarios;

/// <summary>
/// Runs each scenario with each client: a new session, then its resumption. A failure ends that pair alone.
/// </summary>
internal static class ScenarioRunner
{
    private static readonly (string Name, Func<Rig, Scenario, bool, CancellationToken, Handshake> Connect)[] Clients =
    [
        ("openssl", OpenSslClient.Connect),
        ("smtp", Delivery.Send),
    ];

    internal static List<Attempt> Run(Rig rig, CancellationToken cancellation)
    {
        List<Attempt> attempts = [];
        foreach (Scenario scenario in rig.Scenarios)
        {
            foreach ((string client, var connect) in Clients)
            {
                string pair = $"{scenario.Title}, {client}";
                Attempt first = Try($"{pair}, first: new", () => connect(rig, scenario, false, cancellation));
                attempts.Add(first);
                string second = $"{pair}, second: reused";
                attempts.Add(first.Handshake is null
                    ? new Attempt(second, null, "not attempted")
                    : Try(second, () => connect(rig, scenario, true, cancellation)));
            }
        }

        return attempts;
    }

    private static Attempt Try(string name, Func<Handshake> connect)
    {
        try
        {
            Handshake handshake = connect();
            return new Attempt(name, handshake, handshake.Fault);
        }
        catch (RigException fault)
        {
            return new Attempt(name, null, fault.Message);
        }
    }
}
