using System;

namespace TlsMgr.Random;

/// <summary>The parameters of <see cref="RandomMaintenance"/>, as values independent of main.cf.</summary>
public sealed record RandomSettings
{
    /// <summary>tls_random_source: <c>dev:PATH</c>, <c>egd:PATH</c>, the path of a file, or empty.</summary>
    public required string Source { get; init; }

    /// <summary>tls_random_bytes: bytes per round, 1 or more; devices and EGD servers are read up to 255.</summary>
    public required int SourceBytes { get; init; }

    /// <summary>tls_random_reseed_period, in seconds: 1 or more.</summary>
    public required int ReseedPeriodSeconds { get; init; }

    /// <summary>tls_random_exchange_name; empty for no exchange file.</summary>
    public required string ExchangePath { get; init; }

    /// <summary>
    /// Maps the exchange file's path to the path to use. Called when the file is opened, as mail_owner: the result
    /// depends on the directories that this user can inspect.
    /// </summary>
    public Func<string, string> Redirect { get; init; } = static path => path;

    /// <summary>tls_random_prng_update_period, in seconds: 1 or more.</summary>
    public required int UpdatePeriodSeconds { get; init; }

    /// <summary>
    /// The directory that becomes the root directory before the start; null when the process is not jailed.
    /// </summary>
    public string? JailDirectory { get; init; }
}
