using System;
using System.IO;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// A machine that can be booted again while the real one goes on: the daemon sees another boot id, in a mount namespace
/// of its own that ends with it.
/// </summary>
internal sealed class BootedMachine : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly PreparedBinary _binary;

    internal BootedMachine()
    {
        BootAgain();
        _binary = PreparedBinary.After(
            "[ \"$IN_NAMESPACE\" ] || IN_NAMESPACE=1 exec unshare --mount \"$0\" \"$@\"\n"
            + $"mount --bind '{_file}' /proc/sys/kernel/random/boot_id || exit 99");
        File.SetUnixFileMode(_file, (UnixFileMode)0b110_100_100);
    }

    /// <summary>The daemon on this machine.</summary>
    internal string Binary => _binary.Path;

    /// <summary>From the daemon's next start on.</summary>
    internal void BootAgain() => File.WriteAllText(_file, $"{Guid.NewGuid()}\n");

    public void Dispose()
    {
        _binary.Dispose();
        File.Delete(_file);
    }
}
