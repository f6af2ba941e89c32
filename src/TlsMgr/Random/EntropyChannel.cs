// What all kinds of external entropy sources share: a non-blocking descriptor, and the bytes collected in one round.
// A source that has no data yet is read again later.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>A connection to, or an open file of, one external entropy source.</summary>
/// <param name="path">The path, as configured.</param>
/// <param name="roundBytes">The number of bytes requested per round.</param>
internal abstract class EntropyChannel(string path, int roundBytes) : IDisposable
{
    private readonly LockedMemory _buffer = new(int.Max(byte.MaxValue, roundBytes));

    /// <summary>Whether there is a descriptor to read from.</summary>
    internal bool IsOpen => Descriptor >= 0;

    /// <summary>Whether the last round failed, so that the next one must open the source again.</summary>
    internal bool NeedsReopen { get; private set; }

    /// <summary>
    /// Whether the source can be opened while serving: a socket can. In the sandbox no file can be opened, so a device
    /// or a file that is missing at the start is used by the next process.
    /// </summary>
    internal virtual bool CanReopen => false;

    /// <summary>Whether the source is read to its end.</summary>
    internal virtual bool IsExhausted => false;

    /// <summary>The bytes collected in this round.</summary>
    internal ReadOnlySpan<byte> Collected => _buffer.Span[..CollectedBytes];

    /// <summary>The reason why the last round failed: a warning with the text of Postfix's tlsmgr.</summary>
    internal string Fault { get; private set; } = "";

    /// <summary>Logged with -v when the source was opened.</summary>
    internal abstract string OpenedText { get; }

    /// <summary>Logged with -v when a round is complete.</summary>
    internal abstract string ReadText { get; }

    /// <summary>The path, as configured: for log texts and for opening.</summary>
    internal string Path => path;

    /// <summary>The descriptor, or -1.</summary>
    protected int Descriptor { get; private set; } = -1;

    /// <summary>The number of bytes requested per round.</summary>
    protected int RoundBytes => roundBytes;

    /// <summary>The number of bytes collected in this round.</summary>
    protected int CollectedBytes { get; set; }

    /// <summary>The unused part of the buffer, after the collected bytes.</summary>
    protected Span<byte> Free => _buffer.Span[CollectedBytes..];

    /// <summary>Opens the source; the previous descriptor is closed only after success.</summary>
    /// <param name="resolvedPath">The path to open, inside the jail once the process is jailed.</param>
    /// <returns>0, or the negative of an errno.</returns>
    internal int Open(string resolvedPath)
    {
        int descriptor = Connect(resolvedPath);
        if (descriptor < 0)
        {
            return descriptor;
        }

        Close();
        Descriptor = descriptor;
        NeedsReopen = false;
        return 0;
    }

    /// <summary>The warning for a source that cannot be opened.</summary>
    internal abstract string CannotOpenText(string reason);

    /// <summary>Erases the bytes of the last round and begins a new round.</summary>
    internal virtual void Begin() => Erase();

    /// <summary>Reads the available bytes, without blocking.</summary>
    internal abstract EntropyProgress Continue();

    /// <summary>Fails the round. A channel that might still receive a late reply must close its descriptor.</summary>
    internal virtual EntropyProgress Fail(string reason)
    {
        Fault = CannotReadText(reason);
        NeedsReopen = true;
        return EntropyProgress.Failed;
    }

    /// <summary>Erases the bytes of this round.</summary>
    internal void Erase()
    {
        _buffer.Erase();
        CollectedBytes = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        CollectedBytes = 0;
        _buffer.Dispose();
    }

    /// <summary>Opens a non-blocking descriptor.</summary>
    /// <returns>The descriptor, or the negative of an errno.</returns>
    protected abstract int Connect(string resolvedPath);

    /// <summary>The warning for a round that failed.</summary>
    protected abstract string CannotReadText(string reason);

    /// <summary>Whether a system call is to be repeated later.</summary>
    protected static bool IsTemporary(int result) => result is -Errno.TryAgain or -Errno.Interrupted;

    /// <summary>Closes the descriptor, if there is one.</summary>
    protected void Close()
    {
        if (IsOpen)
        {
            FileDescriptor.Close(Descriptor);
            Descriptor = -1;
        }
    }
}
