namespace TlsMgr.Native.Lmdb;

/// <summary>A value on pages of its own.</summary>
/// <param name="FirstPage">The number of its first page.</param>
/// <param name="LengthBytes">Its length, behind the header of that page.</param>
internal readonly record struct LmdbLargeValue(ulong FirstPage, long LengthBytes);
