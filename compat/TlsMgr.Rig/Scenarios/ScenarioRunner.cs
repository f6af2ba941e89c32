// All scenarios with all clients, in order: first a new session, then the same one again.

using System;
using System.Collections.Generic;
using System.Threading;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Runs scenarios. A failure ends its pair of handshakes, not the run.</summary>
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
                    ? new Attempt(second, null, "not tried")
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
