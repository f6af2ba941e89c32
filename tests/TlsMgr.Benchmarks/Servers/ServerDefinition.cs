// The servers that are compared, and how each is started.

using System;
using System.Collections.Generic;
using System.IO;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A server of the benchmark.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Binary">Its file.</param>
/// <param name="CacheType">The type of its session caches in main.cf; null for no caches.</param>
/// <param name="Verbs">What it can answer.</param>
internal sealed record ServerDefinition(string Name, string Binary, string? CacheType, IReadOnlyList<string> Verbs)
{
    private const string Original = "/usr/lib/postfix/sbin/tlsmgr";

    /// <summary>As in Debian's master.cf: in the jail, without privileges.</summary>
    internal static readonly string[] DaemonOptions = ["-u", "-c"];

    /// <summary>The original with the cache type that Postfix's documentation names first.</summary>
    internal static readonly ServerDefinition Btree = new("C btree", Original, "btree", Load.Verbs.All);

    /// <summary>The original with LMDB.</summary>
    internal static readonly ServerDefinition Lmdb = new("C lmdb", Original, "lmdb", Load.Verbs.All);

    /// <summary>What one core can do at all.</summary>
    internal static readonly ServerDefinition Floor = new(
        "floor", Path.Combine(AppContext.BaseDirectory, "floor"), null, [Load.Verbs.Lookup]);

    /// <summary>This daemon.</summary>
    internal static ServerDefinition Ours(string binary) =>
        new("this", Path.GetFullPath(binary), "lmdb", Load.Verbs.All);

    /// <summary>Whether it is a tlsmgr, with main.cf, caches and a master.</summary>
    internal bool IsDaemon => this != Floor;

    internal string[] MainCf(params string[] others) =>
    [
        .. Array.ConvertAll(CacheType is null ? [] : Load.Caches.All,
            cache => $"{cache}_tls_session_cache_database = {CacheType}:${{data_directory}}/{cache}_scache"),
        // The original fills its map, and then keeps nothing and says nothing.
        "lmdb_map_size = 268435456",
        .. others,
    ];
}
