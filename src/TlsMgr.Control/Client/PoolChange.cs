namespace TlsMgr.Control.Client;

/// <summary>What became of a request to change the pool.</summary>
/// <param name="Status">0, -1: no pool, or a change is pending; -2: an older daemon, or a fault.</param>
/// <param name="Generation">The new generation.</param>
/// <param name="AtSeconds">When it encrypts, since 1970.</param>
internal readonly record struct PoolChange(int Status, long Generation = 0, long AtSeconds = 0);
