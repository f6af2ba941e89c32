// struct MDB_val: size_t size | pointer. The package's own struct has this layout, but its constructor is internal to
// the package, whose classes pin the bytes. Here the caller pins them.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LightningDB;

namespace TlsMgr.Native.Lmdb;

/// <summary>Makes the package's <see cref="MDBValue"/> of pinned bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct LmdbValue
{
    private readonly nint _size;
    private readonly byte* _data;

    private LmdbValue(byte* data, int size)
    {
        _size = size;
        _data = data;
    }

    /// <summary>A value that refers to bytes which stay where they are until LMDB has returned.</summary>
    internal static MDBValue Of(byte* data, int size) =>
        Unsafe.BitCast<LmdbValue, MDBValue>(new LmdbValue(data, size));
}
