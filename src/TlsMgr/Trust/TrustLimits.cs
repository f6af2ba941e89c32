// Each limit with its unit and its reason; docs/limits.md has them all, and a test compares.

namespace TlsMgr.Trust;

/// <summary>Limits of reading what decides about trust: clients wait meanwhile.</summary>
internal static class TrustLimits
{
    /// <summary>Bytes read in one evaluation: a real configuration has less than one MiB.</summary>
    internal const long MaximumBytes = 64 * 1024 * 1024;

    /// <summary>Milliseconds that one evaluation may read.</summary>
    internal const int MaximumMilliseconds = 500;

    /// <summary>Names in one directory: /etc/ssl/certs has some 300.</summary>
    internal const int DirectoryNames = 20_000;
}
