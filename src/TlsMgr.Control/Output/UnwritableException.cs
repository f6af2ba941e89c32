using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>A write to standard output failed: exit status 4.</summary>
/// <param name="errno">The <see cref="Errno"/>.</param>
internal sealed class UnwritableException(int errno)
    : Exception($"write to standard output: {Errno.Describe(-errno)}")
{
    /// <summary>Whether the output is a pipe without a reader: this is not reported.</summary>
    internal bool IsClosedPipe => errno == Errno.BrokenPipe;
}
