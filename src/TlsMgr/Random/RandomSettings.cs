// The parameters of the random numbers, as plain values: this folder knows nothing of configuration files.

using System;

namespace TlsMgr.Random;

/// <summary>What <see cref="RandomMaintenance"/> has to know.</summary>
public sealed record RandomSettings
{
    /// <summary>tls_random_source: <c>dev:PATH</c>, <c>egd:PATH</c>, the path of a file, or empty.</summary>
    public required string Source { get; init; }

    /// <summary>tls_random_bytes: how much to read at a time, 1 and more; above 255 only a file gives more.</summary>
    public required int SourceBytes { get; init; }

    /// <summary>tls_random_reseed_period, in seconds: 1 and more.</summary>
    public required int ReseedPeriodSeconds { get; init; }

    /// <summary>tls_random_exchange_name; empty for no exchange file.</summary>
    public required string ExchangePath { get; init; }

    /// <summary>
    /// Where that file is to be: asked when it is opened, because mail_owner may not look at every directory.
    /// </summary>
    public Func<string, string> Redirect { get; init; } = static path => path;

    /// <summary>tls_random_prng_update_period, in seconds: 1 and more.</summary>
    public required int UpdatePeriodSeconds { get; init; }

    /// <summary>
    /// The directory that becomes the root directory before the start; null when the process is not jailed.
    /// </summary>
    public string? JailDirectory { get; init; }
}
