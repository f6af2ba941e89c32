using System.Collections.Generic;
using System.Globalization;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>A bridge with the clients at one end, and a network namespace for each host.</summary>
internal static class PoolNetwork
{
    /// <summary>The network of all hosts and clients.</summary>
    internal const string Addresses = "10.77.0.0/24";

    private const string Bridge = "pool";
    private const string ClientAddress = "10.77.0.254/24";

    /// <summary>Makes the bridge in the rig's own network namespace, where clients run.</summary>
    internal static void Create(CancellationToken cancellation)
    {
        Ip(cancellation, "link", "add", Bridge, "type", "bridge");
        Ip(cancellation, "address", "add", ClientAddress, "dev", Bridge);
        Ip(cancellation, "link", "set", Bridge, "up");
    }

    /// <summary>Makes the namespace of a host, with one address on the bridge.</summary>
    /// <returns>The address.</returns>
    internal static string AddHost(string name, int number, CancellationToken cancellation)
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"10.77.0.{number}");
        string cable = $"to-{name}";
        Ip(cancellation, "netns", "add", name);
        Ip(cancellation, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
        Ip(cancellation, "link", "set", cable, "master", Bridge, "up");
        Ip(cancellation, "-n", name, "link", "set", "lo", "up");
        Ip(cancellation, "-n", name, "address", "add", $"{address}/24", "dev", "eth0");
        Ip(cancellation, "-n", name, "link", "set", "eth0", "up");
        return address;
    }

    /// <summary>Moves an address to one host, and has everybody forget where it was.</summary>
    /// <param name="address">The address.</param>
    /// <param name="from">The host that has it; null when none has.</param>
    /// <param name="to">The host that gets it; null for none.</param>
    /// <param name="everybody">All hosts.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static void MoveAddress(
        string address, PoolHost? from, PoolHost? to, IEnumerable<PoolHost> everybody, CancellationToken cancellation)
    {
        if (from is not null)
        {
            Ip(cancellation, "-n", from.Name, "address", "del", $"{address}/24", "dev", "eth0");
        }

        if (to is not null)
        {
            Ip(cancellation, "-n", to.Name, "address", "add", $"{address}/24", "dev", "eth0");
        }

        Ip(cancellation, "neighbour", "flush", "dev", Bridge);
        foreach (PoolHost host in everybody)
        {
            Ip(cancellation, "-n", host.Name, "neighbour", "flush", "dev", "eth0");
        }
    }

    /// <summary>The command that runs another one in the namespace of a host.</summary>
    internal static string[] Launcher(string name) =>
        [Enclosure.Need("nsenter", "util-linux"), $"--net=/run/netns/{name}"];

    private static void Ip(CancellationToken cancellation, params string[] arguments) =>
        Shell.Require(Enclosure.Need("ip", "iproute2"), arguments, cancellation);
}
