// What the kinds of external entropy sources have in common: a descriptor that never blocks, and the bytes of one
// round. Must never wait: what is not there yet is asked for again later.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>How far one round of reading has come.</summary>
internal enum EntropyProgress
{
    /// <summary>Not all is there yet; what is there is kept.</summary>
    Waiting,

    /// <summary>All is there that will come.</summary>
    Complete,

    /// <summary>No more will come; <see cref="EntropyChannel.Fault"/> says why.</summary>
    Failed,
}

/// <summary>A way to one external entropy source.</summary>
/// <param name="path">Its path, as configured.</param>
/// <param name="roundBytes">How many bytes one round asks for.</param>
internal abstract class EntropyChannel(string path, int roundBytes) : IDisposable
{
    private readonly LockedMemory _buffer = new(int.Max(byte.MaxValue, roundBytes));

    /// <summary>Whether there is a descriptor to read from.</summary>
    internal bool IsOpen => Descriptor >= 0;

    /// <summary>Whether the last round failed in a way that a new descriptor may cure.</summary>
    internal bool NeedsReopen { get; private set; }

    /// <summary>Whether the source has given all it ever will.</summary>
    internal virtual bool IsExhausted => false;

    /// <summary>The bytes of this round so far.</summary>
    internal ReadOnlySpan<byte> Collected => _buffer.Span[..CollectedBytes];

    /// <summary>Why the last round failed: a warning in the original's words.</summary>
    internal string Fault { get; private set; } = "";

    /// <summary>Said at -v when it was opened.</summary>
    internal abstract string OpenedText { get; }

    /// <summary>Said at -v when a round is complete.</summary>
    internal abstract string ReadText { get; }

    /// <summary>The path, as configured: for texts and for opening.</summary>
    internal string Path => path;

    /// <summary>The descriptor, or -1.</summary>
    protected int Descriptor { get; private set; } = -1;

    /// <summary>Bytes that a round asks for.</summary>
    protected int RoundBytes => roundBytes;

    /// <summary>Bytes of this round so far.</summary>
    protected int CollectedBytes { get; set; }

    /// <summary>The room behind the bytes of this round.</summary>
    protected Span<byte> Free => _buffer.Span[CollectedBytes..];

    /// <summary>Opens it, and only then closes what was open before. Answers 0 or the negative of an errno.</summary>
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

    /// <summary>Forgets the bytes of the last round and begins another.</summary>
    internal virtual void Begin() => Erase();

    /// <summary>Takes what is there.</summary>
    internal abstract EntropyProgress Continue();

    /// <summary>Ends the round without success. A source whose answer might still come must close.</summary>
    internal virtual EntropyProgress Fail(string reason)
    {
        Fault = CannotReadText(reason);
        NeedsReopen = true;
        return EntropyProgress.Failed;
    }

    /// <summary>Forgets the bytes of this round.</summary>
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

    /// <summary>Makes a descriptor that never blocks. Answers it, or the negative of an errno.</summary>
    protected abstract int Connect(string resolvedPath);

    /// <summary>The warning for a round that failed.</summary>
    protected abstract string CannotReadText(string reason);

    /// <summary>Whether a call has to be made again later.</summary>
    protected static bool IsTemporary(int answer) => answer is -Errno.TryAgain or -Errno.Interrupted;

    /// <summary>Closes what is open.</summary>
    protected void Close()
    {
        if (IsOpen)
        {
            FileDescriptor.Close(Descriptor);
            Descriptor = -1;
        }
    }
}
