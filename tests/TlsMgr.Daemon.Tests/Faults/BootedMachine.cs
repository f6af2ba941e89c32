using System;
using System.IO;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Simulates a reboot: the daemon runs in a mount namespace of its own, in which a file of the test replaces the
/// kernel's boot id.
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

    /// <summary>The path of the daemon that sees this boot id.</summary>
    internal string Binary => _binary.Path;

    /// <summary>Changes the boot id; takes effect at the daemon's next start.</summary>
    internal void BootAgain() => File.WriteAllText(_file, $"{Guid.NewGuid()}\n");

    /// <summary>Leaves nothing to read where the boot id is, as in a container that masks it.</summary>
    internal void HideIdentity() => File.WriteAllText(_file, "");

    public void Dispose()
    {
        _binary.Dispose();
        File.Delete(_file);
    }
}
