using System.IO;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>A server of sealed sessions: Redis of this machine, or Valkey as compat/valkey.sh unpacks it.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Path">The path of the server.</param>
/// <param name="ClientPath">The path of redis-cli(1), which speaks to both.</param>
internal sealed record ServerProgram(string Name, string Path, string ClientPath)
{
    /// <summary>Debian's Redis.</summary>
    /// <exception cref="RigException">It is not installed.</exception>
    internal static ServerProgram FindRedis() =>
        new("redis", Enclosure.Need("redis-server", "redis-server"), Enclosure.Need("redis-cli", "redis-tools"));

    /// <summary>Valkey.</summary>
    /// <param name="directory">Where compat/valkey.sh unpacked it.</param>
    /// <exception cref="RigException">It is not there.</exception>
    internal static ServerProgram FindValkey(string directory)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, "valkey-server"));
        return File.Exists(path)
            ? new ServerProgram("valkey", path, Enclosure.Need("redis-cli", "redis-tools"))
            : throw new RigException($"no Valkey in {directory}: compat/valkey.sh unpacks it");
    }
}
