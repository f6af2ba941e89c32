// What a cache file is opened with: what may be kept of it, and where faults are logged.

using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions.Files;

/// <summary>The settings of one cache file.</summary>
/// <param name="DatabaseName">The LMDB database that makes a file one of ours.</param>
/// <param name="MaximumBytes">The largest file that is kept.</param>
/// <param name="Persists">Whether what an earlier process stored is kept.</param>
/// <param name="BootId">The boot of the machine; empty when it is not known.</param>
/// <param name="Log">Takes the warnings.</param>
internal sealed record CacheFileSettings(
    string DatabaseName, long MaximumBytes, bool Persists, string BootId, Log Log);
