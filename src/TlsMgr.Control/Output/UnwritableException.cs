using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>The output cannot be written: exit status 4.</summary>
internal sealed class UnwritableException : Exception
{
    /// <summary>A write to standard output failed.</summary>
    /// <param name="errno">The <see cref="Errno"/>.</param>
    internal UnwritableException(int errno)
        : base($"write to standard output: {Errno.Describe(-errno)}") => IsClosedPipe = errno == Errno.BrokenPipe;

    /// <summary>A file cannot be written.</summary>
    /// <param name="message">The file and the reason.</param>
    internal UnwritableException(string message)
        : base(message)
    {
    }

    /// <summary>Whether the output is a pipe without a reader: this is not reported.</summary>
    internal bool IsClosedPipe { get; }
}
