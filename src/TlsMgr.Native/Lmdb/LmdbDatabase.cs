namespace TlsMgr.Native.Lmdb;

/// <summary>A named database inside an environment. It lives as long as the environment.</summary>
public readonly struct LmdbDatabase
{
    internal LmdbDatabase(uint handle) => Handle = handle;

    internal uint Handle { get; }
}
