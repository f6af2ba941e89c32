using System;

namespace TlsMgr.Testing.Load;

/// <summary>What a load is made of, and what it has to bear.</summary>
public sealed record LoadSettings
{
    /// <summary>Clients at work at the same time; each is a thread with one connection and keys of its own.</summary>
    public int Clients { get; init; } = 8;

    /// <summary>Number of the first client: its cache ids are made of it.</summary>
    public int FirstClient { get; init; }

    /// <summary>Cache ids of each client in each cache.</summary>
    public int KeysPerClient { get; init; } = 16;

    /// <summary>The caches that are used.</summary>
    public string[] Caches { get; init; } = ["smtpd", "smtp"];

    /// <summary>Largest session in bytes; each has a length of its own up to here.</summary>
    public int SessionBytes { get; init; } = 3000;

    /// <summary>Requests after which a client connects anew; 0: never.</summary>
    public int RequestsPerConnection { get; init; }

    /// <summary>Whether a stored session may be gone: after a cache was reset.</summary>
    public bool MayForget { get; init; }

    /// <summary>Whether updates, deletes and lookups may be answered as a fault: while a cache's file is in trouble.</summary>
    public bool MayFault { get; init; }

    /// <summary>Whether seeds and ticket keys may be refused: while the system gives no random bytes.</summary>
    public bool MayRefuseSecrets { get; init; }

    /// <summary>How long one client waits for one answer, connection included, until it counts as wrong.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Chooses the requests.</summary>
    public int Seed { get; init; } = 1;
}
