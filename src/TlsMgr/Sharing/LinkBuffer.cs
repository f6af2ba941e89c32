using System;
using System.Buffers;

namespace TlsMgr.Sharing;

/// <summary>
/// Bytes on their way to tlspool, in the order in which they were written. Sealed sessions only: no secrets.
/// </summary>
internal sealed class LinkBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 16 * 1024;
    private const int DefaultSpaceBytes = 256;

    private byte[] _bytes = new byte[InitialBytes];
    private int _start;
    private int _end;

    /// <summary>The bytes that are not sent yet.</summary>
    internal ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Takes note that bytes were sent.</summary>
    internal void Sent(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Clear();
        }
    }

    /// <summary>Forgets what is not sent, and the memory of an unusual amount.</summary>
    internal void Clear()
    {
        _start = 0;
        _end = 0;
        if (_bytes.Length > SharingLimits.UnsentBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Provide(sizeHint);
        return _bytes.AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Provide(sizeHint);
        return _bytes.AsSpan(_end);
    }

    private void Provide(int sizeHint)
    {
        int needed = int.Max(sizeHint, DefaultSpaceBytes);
        if (_bytes.Length - _end >= needed)
        {
            return;
        }

        int unsent = _end - _start;
        byte[] destination = _bytes.Length - unsent >= needed && _start >= unsent
            ? _bytes
            : new byte[int.Max(2 * _bytes.Length, unsent + needed)];
        Unsent.CopyTo(destination);
        _bytes = destination;
        _start = 0;
        _end = unsent;
    }
}
