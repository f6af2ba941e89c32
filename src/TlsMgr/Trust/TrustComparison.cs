// Whether the sessions in a cache file may be resumed under the configuration of today, in words.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Trust;

/// <summary>Compares a record with a digest.</summary>
internal static class TrustComparison
{
    /// <summary>The reason when a version stored the sessions that made no record.</summary>
    internal const string WithoutRecord = "what its sessions were trusted for was not recorded";

    private const int NamesShown = 3;

    /// <summary>Finds the reason why the sessions are not to be resumed; null when they may be.</summary>
    /// <param name="record">The record in the cache file.</param>
    /// <param name="digest">The digest of today.</param>
    /// <param name="isFault">Whether the reason is one to be mended.</param>
    internal static string? FindReason(ReadOnlySpan<byte> record, TrustDigest digest, out bool isFault)
    {
        isFault = digest.Doubtful is { IsFault: true };
        if (digest.Doubtful is { } doubtful)
        {
            return $"{doubtful.Name}: {doubtful.Doubt}";
        }

        if (TrustRecord.Read(record) is not { } old)
        {
            return WithoutRecord;
        }

        return old.Matches(digest) ? null : Describe([.. old.ChangesTo(digest)]);
    }

    private static string Describe(List<TrustChange> changes)
    {
        string names = string.Join(", ", changes.Take(NamesShown).Select(static change => change.Input));
        string more = changes.Count > NamesShown ? $" and {changes.Count - NamesShown} more" : "";
        return changes.Count == 0
            ? "not all of its trust inputs were known when its sessions were stored"
            : $"changed since its sessions were stored: {names}{more}";
    }
}
