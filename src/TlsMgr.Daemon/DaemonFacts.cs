// What this process knows of itself, collected while it starts: some of it cannot be read in the jail.

using System;
using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Daemon;

/// <summary>The facts of the daemon for administrators.</summary>
internal sealed class DaemonFacts(TimeProvider clock)
{
    private readonly long _startedSeconds = clock.GetUtcNow().ToUnixTimeSeconds();
    private readonly string _program = Environment.ProcessPath ?? "";

    /// <summary>The version of this program.</summary>
    internal static string Version { get; } = typeof(DaemonFacts).Assembly.GetName().Version!.ToString(3);

    /// <summary>The release of Postfix whose clients are served.</summary>
    internal string MailVersion { get; set; } = "";

    /// <summary>config_directory.</summary>
    internal string ConfigDirectory { get; set; } = "";

    /// <summary>The directory of the jail; empty without one.</summary>
    internal string Root { get; set; } = "";

    /// <summary>The user who serves.</summary>
    internal string User { get; set; } = "";

    /// <summary>Why there is no sandbox; null when there is one.</summary>
    internal string? SandboxFault { get; set; }

    /// <summary>Why the memory for secrets is not locked; null when it is.</summary>
    internal string? MemoryLockFault { get; set; }

    /// <summary>The facts by name, in the order of the reply.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> List() =>
    [
        new("version", Version),
        new("lmdb", LmdbLibrary.Version),
        new("mail_version", MailVersion),
        new("pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
        new("started", _startedSeconds.ToString(CultureInfo.InvariantCulture)),
        new("config_directory", ConfigDirectory),
        new("program", _program),
        new("root", Root),
        new("user", User),
        new("sandbox", Describe(SandboxFault)),
        new("memory_lock", Describe(MemoryLockFault)),
    ];

    private static string Describe(string? fault) => fault is null ? "on" : $"off: {fault}";
}
