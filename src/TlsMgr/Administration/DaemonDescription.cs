using System.Collections.Generic;

namespace TlsMgr.Administration;

/// <summary>What runs, for administrators: what does not change while the daemon serves.</summary>
/// <param name="Facts">
/// Names and texts: version, lmdb, mail_version, pid, started, config_directory, program, root, user, sandbox,
/// memory_lock.
/// </param>
/// <param name="Caches">The names of the configured caches, as bytes on the wire.</param>
internal sealed record DaemonDescription(
    IReadOnlyList<KeyValuePair<string, string>> Facts, IReadOnlyList<byte[]> Caches);
