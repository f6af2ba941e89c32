using System;
using System.Buffers;
using TlsMgr.Native.Libc;

namespace TlsMgr.Pool.Connections;

/// <summary>What a peer has not read yet. Its users bound it.</summary>
internal sealed class OutputBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 16 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>The number of unread bytes.</summary>
    internal int Length => _end - _start;

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(int.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(int.Max(sizeHint, 1));
        return _bytes.AsSpan(_end);
    }

    /// <summary>Sends what the socket accepts; returns the bytes sent, or the negative of an Errno.</summary>
    internal int Send(int socket)
    {
        int count = UnixSocket.Send(socket, _bytes.AsSpan(_start, Length));
        _start += int.Max(count, 0);
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
            _bytes = _bytes.Length > FirstBytes ? [] : _bytes;
        }

        return count;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _end >= count)
        {
            return;
        }

        byte[] target = _bytes.Length - Length >= count + (_bytes.Length / 2)
            ? _bytes
            : new byte[int.Max(int.Max(_bytes.Length * 2, Length + count), FirstBytes)];
        _bytes.AsSpan(_start, Length).CopyTo(target);
        _end = Length;
        _start = 0;
        _bytes = target;
    }
}
