using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Cases;

/// <summary>Cases of main.cf and -o: every recorded case, as a manual run with one request on standard input.</summary>
internal static class ParameterCases
{
    private const string Group = "parameters";

    private static readonly Dictionary<string, string[]> Quirks = new()
    {
        ["[] ('-Svo', 'smtpd_tls_session_cache_timeout=779')"] = ["verbose-lines"],
        ["['smtpd_tls_session_cache_database = bogus:${data_directory}/a'] ('-S',)"] = ["cache-not-opened"],
        ["['smtpd_tls_session_cache_database=btree:/nonexistent/foo', 'smtpd_tls_loglevel=2'] ('-S',)"] =
            ["cache-not-opened"],
    };

    internal static IEnumerable<SideCase> All() => Recorded().Concat(LongTimes());

    private static IEnumerable<SideCase> Recorded() =>
        from file in (string[])["main.cf-3.7.txt", "main.cf-more-3.7.txt"]
        from recorded in MainCfRecording.ReadAll(file)
        let name = recorded.Heading[3..recorded.Heading.LastIndexOf(" rc ", System.StringComparison.Ordinal)]
        select new SideCase(Group, name, daemon => Run(daemon, recorded), Quirks.GetValueOrDefault(name, []));

    private static IEnumerable<SideCase> LongTimes() =>
        from value in (string[])
            ["2147483647", "2147483648", "35791393m", "35791394m", "596522h", "596523h", "24854d", "24855d", "3549w", "3550w"]
        select new SideCase(Group, $"ipc_timeout = {value}", daemon =>
        {
            daemon.Configure($"ipc_timeout = {value}");
            daemon.NoteManualRun(["-S"], DaemonUnderTest.Bytes("request|policy|cache_type|smtpd||"));
        });

    private static void Run(DaemonUnderTest daemon, MainCfRecording recorded)
    {
        daemon.ConfigureExactly(recorded.MainCf);
        daemon.NoteManualRun([.. recorded.Arguments.Select(daemon.ExpandPaths)], DaemonUnderTest.Bytes("request|policy|cache_type|smtpd||"));
    }
}
