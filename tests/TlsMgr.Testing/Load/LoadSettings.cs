using System;

namespace TlsMgr.Testing.Load;

/// <summary>The requests of a load, and the faults that it accepts.</summary>
public sealed record LoadSettings
{
    /// <summary>
    /// The number of concurrent clients; each is a thread with a connection and cache ids of its own.
    /// </summary>
    public int Clients { get; init; } = 8;

    /// <summary>The number of the first client; cache ids contain the client's number.</summary>
    public int FirstClient { get; init; }

    /// <summary>The number of cache ids of each client in each cache.</summary>
    public int KeysPerClient { get; init; } = 16;

    /// <summary>The caches that are used.</summary>
    public string[] Caches { get; init; } = ["smtpd", "smtp"];

    /// <summary>The maximum length of a session in bytes; lengths vary up to it.</summary>
    public int SessionBytes { get; init; } = 3000;

    /// <summary>Requests after which a client connects anew; 0: never.</summary>
    public int RequestsPerConnection { get; init; }

    /// <summary>Whether a stored session may be missing: after a cache was reset.</summary>
    public bool MayForget { get; init; }

    /// <summary>
    /// Whether updates, deletes and lookups may get a fault as reply: while a cache's file is faulty.
    /// </summary>
    public bool MayFault { get; init; }

    /// <summary>Whether seeds and ticket keys may be refused: while the system provides no random bytes.</summary>
    public bool MayRefuseSecrets { get; init; }

    /// <summary>How long a client waits for a reply, including the connection, until it counts as wrong.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client waits between two requests; zero: it uses the machine to capacity.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.Zero;

    /// <summary>Determines the requests.</summary>
    public int Seed { get; init; } = 1;
}
