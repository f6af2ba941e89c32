using System;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Recording;

/// <summary>The daemon that is recorded: the distribution's tlsmgr.</summary>
/// <param name="binary">Its path.</param>
internal sealed class RecordedDaemon(string binary)
{
    /// <summary>Long enough for the daemon to send all that it sends.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    internal PostfixVersion Version { get; } = PostfixVersion.Of(binary);

    /// <summary>Prepares a new daemon under test, not started; only its directory is masked.</summary>
    internal DaemonUnderTest Open() => new(binary, Version, Quiet, keepsAll: true);
}
