using System;
using TlsMgr.Postfix.Logging;
using TlsMgr.Trust;

namespace TlsMgr.Sessions.Files;

/// <summary>The settings of one cache file.</summary>
/// <param name="DatabaseName">The LMDB database by which a cache file is recognised.</param>
/// <param name="MaximumBytes">The maximum size of a file that is kept.</param>
/// <param name="Persists">Whether sessions stored by an earlier process are kept.</param>
/// <param name="BootId">The boot of the machine; empty when unknown.</param>
/// <param name="Log">Receives the warnings.</param>
internal sealed record CacheFileSettings(
    string DatabaseName, long MaximumBytes, bool Persists, string BootId, Log Log)
{
    /// <summary>Measures the time for checksums.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The name of the cache, for the log.</summary>
    internal string CacheName { get; init; } = "";

    /// <summary>The queue directory of this Postfix, which tells its instances apart.</summary>
    internal string Instance { get; init; } = "";

    /// <summary>What its sessions are worth: those stored under another digest are not kept.</summary>
    internal TrustDigest Trust { get; init; } = TrustDigest.Empty;
}
