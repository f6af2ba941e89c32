using System;
using System.Collections.Generic;
using System.IO;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A server of the benchmark and how it is started.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Binary">Its executable.</param>
/// <param name="CacheType">The type of its session caches in main.cf; null for no caches.</param>
/// <param name="Verbs">The verbs it serves.</param>
internal sealed record ServerDefinition(string Name, string Binary, string? CacheType, IReadOnlyList<string> Verbs)
{
    /// <summary>Postfix's tlsmgr, where Debian installs it.</summary>
    private const string PostfixBinary = "/usr/lib/postfix/sbin/tlsmgr";

    /// <summary>As in Debian's master.cf: in the jail, without privileges.</summary>
    internal static readonly string[] DaemonOptions = ["-u", "-c"];

    /// <summary>Postfix's tlsmgr with the cache type that Postfix's documentation names first.</summary>
    internal static readonly ServerDefinition Btree = new("C btree", PostfixBinary, "btree", Load.Verbs.All);

    /// <summary>Postfix's tlsmgr with LMDB.</summary>
    internal static readonly ServerDefinition Lmdb = new("C lmdb", PostfixBinary, "lmdb", Load.Verbs.All);

    /// <summary>The upper bound of lookups on one core: floor.c.</summary>
    internal static readonly ServerDefinition Floor = new(
        "floor", Path.Combine(AppContext.BaseDirectory, "floor"), null, [Load.Verbs.Lookup])
    {
        Options = [],
    };

    /// <summary>The same with filters of system calls as TlsMgr's.</summary>
    internal static readonly ServerDefinition FilteredFloor = Floor with
    {
        Name = "floor, filter",
        Options = ["--filter"],
    };

    /// <summary>The build that is measured.</summary>
    internal static ServerDefinition Ours(string binary) =>
        new("this build", Path.GetFullPath(binary), "lmdb", Load.Verbs.All);

    /// <summary>The build of an earlier commit.</summary>
    internal static ServerDefinition Baseline(string binary) =>
        new($"baseline {BaselineBuild.ShortCommit}", binary, "lmdb", Load.Verbs.All);

    /// <summary>Makes files that the server finds when it starts; null for none.</summary>
    internal Action<DaemonDirectories>? Prepare { get; init; }

    /// <summary>The options after those of master(8).</summary>
    internal string[] Options { get; init; } = DaemonOptions;

    /// <summary>mail_owner; null for the user postfix.</summary>
    internal string? Owner { get; init; }

    /// <summary>The services that use tlsmgr, as a distribution has them: session tickets are on.</summary>
    internal static readonly string[] MasterCf =
        ["smtp inet n - y - - smtpd", "tlsmgr unix - - y 1000? 1 tlsmgr", "smtp unix - - y - - smtp"];

    internal string[] MainCf(params string[] others) =>
    [
        .. Array.ConvertAll(CacheType is null ? [] : Load.Caches.All,
            cache => $"{cache}_tls_session_cache_database = {CacheType}:${{data_directory}}/{cache}_scache"),
        // Postfix's tlsmgr fills its map and then drops sessions without a message.
        "lmdb_map_size = 268435456",

        // The baseline does not read tlsmgr.cf.
        "tlsmgr_status_update_time = 0",
        .. others,
    ];
}
