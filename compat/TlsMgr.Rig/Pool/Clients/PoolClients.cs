using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>Checks what clients of others gain from a pool: a ticket of A, and back at B.</summary>
internal sealed class PoolClients(PoolRig rig, CheckReporter reporter, CancellationToken cancellation)
{
    private const string SharedAddress = "10.77.0.100";
    private const int OwnNamePort = 25;
    private const int SharedNamePort = 2525;

    private static int _names;

    private readonly PoolHost _first = rig.Hosts[0];
    private readonly PoolHost _second = rig.Hosts[1];

    private static string NewName => $"pool{++_names}.rig.test";

    /// <param name="eximRoot">Where Exim is unpacked.</param>
    internal void Run(string eximRoot)
    {
        rig.SetClocks([.. rig.Hosts.Select(static _ => TimeSpan.Zero)]);
        PoolHost sender = PostfixClient.StartSender(rig, cancellation);
        Check("Postfix's smtp", () => new PostfixClient(sender), [
            ("behind one address, hosts with names of their own in EHLO", true, OwnNamePort, false),
            ("behind one address, hosts with one name in EHLO", true, SharedNamePort, true),
            ("at another address, hosts with one name in EHLO", false, SharedNamePort, false),
        ]);
        string go = GoClient.Compile(rig.DirectoryPath, cancellation);
        Check("Go with a ClientSessionCache and a name", () => new GoClient(go, NewName), Named);
        Check("Go with a ClientSessionCache and no name", () => new GoClient(go, ""), ByAddress);
        Check("MailKit", () => new MailKitClient(NewName), Named);
        if (!File.Exists(Path.Combine(eximRoot, "usr/sbin/exim4")))
        {
            throw new RigException($"no Exim in {eximRoot}: compat/exim.sh unpacks it");
        }

        EximClient.Prepare(eximRoot, rig.DirectoryPath, cancellation);
        Check(
            "Exim with tls_resumption_hosts",
            () => EximClient.Create(eximRoot, rig.DirectoryPath, cancellation), ByAddress);
    }

    private static (string Name, bool IsMoved, int Port, bool IsResumed)[] Named =>
    [
        ("behind one address", true, OwnNamePort, true), ("at another address", false, OwnNamePort, true),
    ];

    private static (string Name, bool IsMoved, int Port, bool IsResumed)[] ByAddress =>
    [
        ("behind one address", true, OwnNamePort, true), ("at another address", false, OwnNamePort, false),
    ];

    private void Check(
        string name, Func<IResumingClient> create, (string Name, bool IsMoved, int Port, bool IsResumed)[] cases)
    {
        foreach ((string place, bool isMoved, int port, bool isResumed) in cases)
        {
            reporter.Run($"{name}, {place}: a ticket of A is {(isResumed ? "resumed" : "not resumed")} at B", () =>
            {
                using IResumingClient client = create();
                return isMoved ? FindFaultBehindOneAddress(client, port, isResumed)
                    : Connect(client, _first, _first.Address, port, isResumed: false)
                        ?? Connect(client, _second, _second.Address, port, isResumed);
            });
        }
    }

    private string? FindFaultBehindOneAddress(IResumingClient client, int port, bool isResumed)
    {
        rig.MoveAddress(SharedAddress, null, _first, cancellation);
        PoolHost holder = _first;
        try
        {
            string? fault = Connect(client, _first, SharedAddress, port, isResumed: false);
            rig.MoveAddress(SharedAddress, _first, _second, cancellation);
            holder = _second;
            return fault ?? Connect(client, _second, SharedAddress, port, isResumed);
        }
        finally
        {
            rig.MoveAddress(SharedAddress, holder, null, cancellation);
        }
    }

    // max_use=1: all lines of a process are about one connection.
    private string? Connect(IResumingClient client, PoolHost host, string address, int port, bool isResumed)
    {
        int mark = host.Instance.Log.Read().Count;
        client.Connect(address, port, cancellation);
        LogLine end = host.Instance.Log.Await(
            static line => line.Text.StartsWith("disconnect from ", StringComparison.Ordinal), cancellation, mark)
            ?? throw new RigException($"{host.Name} logged no end of the connection");
        bool isReused = host.Instance.Log.Read(mark).Exists(line =>
            line.Pid == end.Pid && line.Text.Contains(": Reusing old session", StringComparison.Ordinal));
        return isReused == isResumed ? null : $"{host.Name}: {(isReused ? "reused" : "new")}";
    }
}
