// Records which values of smtpd_tls_loglevel make the original log what a cache does.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>loglevel-*.txt</c>.</summary>
internal static class LogLevelRecorder
{
    private const string Unknown = "unknown smtpd_tls_loglevel value \"";

    internal static string[] Record(RecordedDaemon original, string inputs) =>
    [
        .. FixtureFile.Header(
            original.Version.Text,
            "one run for each value of smtpd_tls_loglevel, with a btree cache: on (the opening of the cache was logged), off,",
            "or unknown and the word that the warning named"),
        .. ParallelRecording.Record([.. FixtureFile.ReadLines(inputs)], line => Play(original, line[..(line.LastIndexOf('|') + 1)])),
    ];

    private static IEnumerable<string> Play(RecordedDaemon original, string level)
    {
        using DaemonUnderTest stage = original.Open();
        stage.Configure(
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", $"smtpd_tls_loglevel = {level.Trim('|')}");
        stage.RunByHand(["-S"], DaemonUnderTest.Bytes("request|policy|cache_type|smtpd||"));
        string[] log = [.. stage.Take().Log.Select(LogText.Of)];
        string? warning = log.FirstOrDefault(text => text.Contains(Unknown, StringComparison.Ordinal));
        return [$"{level} {(warning is not null ? $"unknown {Word(warning)}" : log.Any(IsOpening) ? "on" : "off")}"];
    }

    private static bool IsOpening(string text) => text.StartsWith("open smtpd TLS cache", StringComparison.Ordinal);

    private static string Word(string warning)
    {
        int start = warning.IndexOf(Unknown, StringComparison.Ordinal) + Unknown.Length;
        return warning[start..warning.IndexOf('"', start)];
    }
}
