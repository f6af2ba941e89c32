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

    /// <summary>Gives a host one more address, or takes it away.</summary>
    internal static void SetAddress(string name, string address, bool isPresent, CancellationToken cancellation) =>
        Ip(cancellation, "-n", name, "address", isPresent ? "add" : "del", $"{address}/24", "dev", "eth0");

    /// <summary>The command that runs another one in the namespace of a host.</summary>
    internal static string[] Launcher(string name) =>
        [Enclosure.Need("nsenter", "util-linux"), $"--net=/run/netns/{name}"];

    private static void Ip(CancellationToken cancellation, params string[] arguments) =>
        Shell.Require(Enclosure.Need("ip", "iproute2"), arguments, cancellation);
}
