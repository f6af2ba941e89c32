// Receiver and sender, from an empty directory to running. Dispose kills every process of both and removes every file,
// unless Keep is set.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>Two private Postfix instances that run the binary under test.</summary>
internal sealed class Rig : IDisposable
{
    private readonly WorkArea _area;

    private Rig(Distribution distribution, WorkArea area)
    {
        Distribution = distribution;
        _area = area;
        Scenarios = Scenario.All(FreePorts(Scenario.Count));
        Receiver = new PostfixInstance("receiver", Path.Combine(DirectoryPath, "receiver"), distribution);
        Sender = new PostfixInstance("sender", Path.Combine(DirectoryPath, "sender"), distribution);
        Certificates = new Certificates("", "");
    }

    internal Distribution Distribution { get; }

    internal string DirectoryPath => _area.DirectoryPath;

    internal Certificates Certificates { get; private set; }

    internal IReadOnlyList<Scenario> Scenarios { get; }

    internal PostfixInstance Receiver { get; }

    internal PostfixInstance Sender { get; }

    internal IReadOnlyList<PostfixInstance> Instances => [Receiver, Sender];

    /// <summary>Whether Dispose leaves processes and files in place.</summary>
    internal bool Keep { get; set; }

    /// <summary>Creates and starts both instances.</summary>
    /// <exception cref="RigException">A prerequisite is missing, or an instance did not start.</exception>
    internal static Rig Start(string tlsMgrPath, CancellationToken cancellation)
    {
        Rig rig = new(Distribution.Find(tlsMgrPath, cancellation), WorkArea.Create());
        try
        {
            rig.Install(cancellation);
            return rig;
        }
        catch
        {
            rig.Dispose();
            throw;
        }
    }

    /// <summary>Ports of 127.0.0.1 that nobody uses.</summary>
    /// <remarks>All sockets stay open until every port is known, so that the ports differ.</remarks>
    internal static List<int> FreePorts(int count)
    {
        List<Socket> sockets = [];
        try
        {
            List<int> ports = [];
            for (int i = 0; i < count; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                ports.Add(((IPEndPoint)socket.LocalEndPoint!).Port);
            }

            return ports;
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    public void Dispose()
    {
        if (Keep)
        {
            return;
        }

        foreach (PostfixInstance instance in Instances)
        {
            instance.Kill();
        }

        _area.Remove();
    }

    private void Install(CancellationToken cancellation)
    {
        Certificates = Certificates.Create(Distribution, DirectoryPath, cancellation);
        MasterCf masterCf = new(Distribution.Release);
        Receiver.Install(
            MainCf.ForReceiver(Receiver, Certificates), masterCf.ForReceiver(Scenarios), cancellation);
        Sender.Install(
            MainCf.ForSender(Sender, Certificates, Scenarios), masterCf.ForSender(Scenarios), cancellation);
        foreach (PostfixInstance instance in Instances)
        {
            instance.Start(cancellation);
        }
    }
}
