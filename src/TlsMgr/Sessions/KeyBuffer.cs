using System;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>A copy of a key of any length: spans returned by LMDB are valid only until the next change.</summary>
internal sealed class KeyBuffer
{
    private readonly byte[] _bytes = new byte[LmdbEnvironment.MaximumKeyBytes];
    private int _length;

    internal ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _length);

    internal void Set(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_bytes);
        _length = key.Length;
    }

    internal void Clear() => _length = 0;
}
