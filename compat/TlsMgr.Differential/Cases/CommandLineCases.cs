using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>Cases of the command line: starts without master(8), and options and words in master.cf.</summary>
internal static class CommandLineCases
{
    private const string Group = "command-line";
    private const string Policy = "request|policy|cache_type|smtpd||";

    private static readonly string[] Caches =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        "smtpd_tls_loglevel = 2",
        "smtp_tls_loglevel = 2",
    ];

    internal static IEnumerable<SideCase> All() => OnTerminal().Concat(Redirected()).Concat(UnderMaster());

    private static IEnumerable<SideCase> OnTerminal()
    {
        foreach (string arguments in (string[])["", "-l", "-Z", "-o", "-v", "-V", "-l -Z"])
        {
            yield return new SideCase(Group, $"on a terminal: tlsmgr {arguments}", daemon =>
            {
                daemon.Configure(Caches);
                daemon.NoteManualRun(Words(arguments), [], onTerminal: true);
            }, arguments == "-v" ? ["verbose-lines"] : []);
        }

        yield return new SideCase(Group, "on a terminal, MAIL_CONFIG is nonsense", daemon =>
            daemon.NoteManualRun([], [], onTerminal: true, configDirectory: "/nonexistent"));
    }

    private static IEnumerable<SideCase> Redirected()
    {
        (string Arguments, string Input, string[] Quirks)[] cases =
        [
            ("", "", []),
            ("-l", "", []),
            ("-Z", "", []),
            ("-l -Z", "", []),
            ("-l -o smtpd_tls_session_cache_timeout=777", "", []),
            ("-l -o bogus", "", []),
            ("-S", "", ["stdin-nothing"]),
            ("-S", Policy, []),
            ("-S", "request|seed|size|16||", []),
            ("-S", Policy + "request|policy|cache_type|smtp||", ["stdin-all-requests"]),
            ("-S", "W|", ["stdin-nothing"]),
            ("-S -v", Policy, ["verbose-lines"]),
            ("-S foo", Policy, []),
            ("-S -o smtpd_tls_session_cache_timeout=777", Policy, []),
            ("-l -t unix -u -c", "", ["no-master"]),
            ("-l -t bogus -u", "", []),
            ("-l -t inet -u", "", ["no-master"]),
            ("-l -t unix -u foo", "", ["no-master", "unexpected-argument"]),
            ("-l -D", "", []),
        ];
        foreach ((string arguments, string input, string[] quirks) in cases)
        {
            yield return new SideCase(Group, $"redirected: tlsmgr {arguments} < \"{input}\"", daemon =>
            {
                daemon.Configure(Caches);
                daemon.NoteManualRun(Words(arguments), DaemonUnderTest.Bytes(input));
            }, quirks);
        }

        yield return new SideCase(Group, "redirected, MAIL_CONFIG is nonsense", daemon =>
            daemon.NoteManualRun(["-l"], [], configDirectory: "/nonexistent"));
        yield return new SideCase(Group, "redirected, no MAIL_CONFIG", daemon =>
            daemon.NoteManualRun(["-l"], [], configDirectory: ""));
    }

    private static IEnumerable<SideCase> UnderMaster()
    {
        (string[] Options, string[] Quirks)[] cases =
        [
            (["-v"], ["verbose-lines"]),
            (["-v", "-v"], ["verbose-lines"]),
            (["-o", "smtpd_tls_session_cache_timeout=777"], []),
            (["-o", "smtpd_tls_session_cache_timeout = 778"], []),
            (["-Z"], []),
            (["extra-arg"], ["unexpected-argument"]),
            (["-n", "foo"], []),
            (["-s", "3"], []),
            (["-s", "x"], []),
            (["-m", "5"], []),
            (["-i", "3"], []),
            (["-D"], []),
            (["-d"], []),
            (["-o", "bogus"], []),
            (["-V"], []),
            (["-u"], []),
            (["-u", "-c"], []),
            (["-z"], []),
            (["-t", "bogus"], []),
            (["-t", "inet"], []),
        ];
        foreach ((string[] options, string[] quirks) in cases)
        {
            yield return new SideCase(Group, $"master.cf: tlsmgr {string.Join(' ', options)}", daemon =>
            {
                daemon.Configure(Caches);
                daemon.Start(options);
                daemon.Ask(Policy);
            }, quirks);
        }
    }

    private static string[] Words(string text) => text.Split(' ', System.StringSplitOptions.RemoveEmptyEntries);
}
