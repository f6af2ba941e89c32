// A copy of a key: those that LMDB gives out live only until the next change.

using System;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>Room for one key of the longest kind.</summary>
internal sealed class KeyBuffer
{
    private readonly byte[] _bytes = new byte[LightningEnvironment.MaximumKeyBytes];
    private int _length;

    internal ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _length);

    internal void Set(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_bytes);
        _length = key.Length;
    }

    internal void Clear() => _length = 0;
}
