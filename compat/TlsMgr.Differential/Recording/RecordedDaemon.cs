// The daemon that is recorded.

using System;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Recording;

/// <summary>The distribution's tlsmgr.</summary>
/// <param name="binary">Its path.</param>
internal sealed class RecordedDaemon(string binary)
{
    /// <summary>Long enough for the original to say whatever it has to say.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    internal PostfixVersion Version { get; } = PostfixVersion.Of(binary);

    /// <summary>A place where it can be played with; nothing is masked but the directory.</summary>
    internal DaemonUnderTest Open() => new(binary, Version, Quiet, keepsAll: true);
}
