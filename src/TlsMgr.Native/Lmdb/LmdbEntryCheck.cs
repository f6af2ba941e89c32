namespace TlsMgr.Native.Lmdb;

/// <summary>Checks an entry of a leaf; false when it is not sound.</summary>
internal delegate bool LmdbEntryCheck(LmdbNode entry);
