using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>Cases of entropy sources: every kind, working and failing.</summary>
internal static class EntropyCases
{
    private const string Group = "entropy";
    private const string Lost = "entropy-source-lost";
    private const string Policy = "request|policy|cache_type|smtpd||";

    internal static IEnumerable<SideCase> All() => Files().Concat(Servers());

    private static IEnumerable<SideCase> Files()
    {
        (string Name, string[] Lines, string[] Quirks)[] cases =
        [
            ("none", ["tls_random_source ="], []),
            ("none, and an exchange file in a foreign directory",
                ["tls_random_source =", "tls_random_exchange_name = /rig/prng"], []),
            ("a device", ["tls_random_source = dev:/dev/urandom"], []),
            ("a device that is not there", ["tls_random_source = dev:/nonexistent"], [Lost]),
            ("a device at its end", ["tls_random_source = dev:/dev/null"], [Lost]),
            ("a short file as a device", ["tls_random_source = dev:/rig/short"], []),
            ("a file", ["tls_random_source = /rig/long"], []),
            ("a short file", ["tls_random_source = /rig/short"], []),
            ("an empty file", ["tls_random_source = /dev/null"], ["entropy-end-of-file"]),
            ("a file that is not there", ["tls_random_source = /nonexistent"], [Lost]),
            ("a directory", ["tls_random_source = /rig"], []),
            ("a device and 1000 bytes", ["tls_random_source = dev:/rig/long", "tls_random_bytes = 1000"], []),
            ("a server that is not there", ["tls_random_source = egd:/nonexistent"], [Lost]),
        ];
        foreach ((string name, string[] lines, string[] quirks) in cases)
        {
            yield return new SideCase(Group, name, daemon => Use(daemon, lines), quirks);
        }
    }

    private static IEnumerable<SideCase> Servers()
    {
        (string Name, byte[]? Reply, string[] Quirks)[] cases =
        [
            ("a server", [32, .. new byte[32]], []),
            ("a server that gives 5 bytes", [5, .. new byte[5]], []),
            ("a server that gives none", [0], [Lost]),
            ("a server that closes in the middle", [32, .. new byte[10]], [Lost]),
            ("a server that closes at once", [], [Lost]),
            ("a server that says nothing", null, [Lost]),
        ];
        foreach ((string name, byte[]? reply, string[] quirks) in cases)
        {
            yield return new SideCase(Group, name, daemon =>
            {
                using EntropyServer server = new(Path.Combine(daemon.Directories.Root, "egd"), reply);
                Use(daemon, "tls_random_source = egd:/rig/egd");
                daemon.Note($"the server was asked {server.Requests}");
            }, quirks);
        }
    }

    private static void Use(DaemonUnderTest daemon, params string[] lines)
    {
        File.WriteAllBytes(Path.Combine(daemon.Directories.Root, "short"), new byte[7]);
        File.WriteAllBytes(Path.Combine(daemon.Directories.Root, "long"), new byte[5000]);
        daemon.Configure(lines);
        daemon.Start("-u");
        daemon.Ask(Policy);
    }
}
