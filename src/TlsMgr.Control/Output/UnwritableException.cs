// The output cannot be written. The program ends with a status of its own for that.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>A write to standard output that failed.</summary>
/// <param name="errno">Why, an <see cref="Errno"/>.</param>
internal sealed class UnwritableException(int errno)
    : Exception($"write to standard output: {Errno.Describe(-errno)}")
{
    /// <summary>Whether the output is a pipe that nobody reads any more: no fault, and nothing to be said.</summary>
    internal bool IsClosedPipe => errno == Errno.BrokenPipe;
}
