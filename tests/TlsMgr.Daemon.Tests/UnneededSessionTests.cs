using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The published binary, beside servers that give session tickets and servers that do not.</summary>
public sealed class UnneededSessionTests
{
    private const string With = "smtp inet n - y - - smtpd";
    private const string Without = "mx inet n - y - - smtpd -o tls_ssl_options=NO_TICKET";

    /// <summary>The beginning of a session of TLS 1.3, and of one of TLS 1.2.</summary>
    private static readonly string Tls13 = Convert.ToBase64String(Convert.FromHexString("3081f90201010202030404021302"));
    private static readonly string Tls12 = Convert.ToBase64String(Convert.FromHexString("3081f90201010202030304021302"));

    [Theory]
    [InlineData(With, "", "smtpd", true)]
    [InlineData(With, "tlsmgr_skip_unneeded_sessions = no", "smtpd", false)]
    [InlineData($"{With}\n{Without}", "", "smtpd", false)]
    [InlineData(With, "", "smtp", false)]
    public void What_no_server_looks_up_is_not_kept(string masterCf, string mainCf, string cache, bool isSkipped)
    {
        DaemonDirectories directories = new(
        [
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
            "tlsmgr_status_update_time = 600s", mainCf,
        ]);
        File.WriteAllText(Path.Combine(directories.Config, "master.cf"), masterCf + "\n");
        using RunningDaemon daemon = new(directories, []);

        daemon.Ask($"request|update|cache_type|{cache}|cache_id|a|session|{Tls13}||").ShouldBe("status|0||");
        daemon.Ask($"request|update|cache_type|{cache}|cache_id|b|session|{Tls12}||").ShouldBe("status|0||");

        daemon.Ask($"request|lookup|cache_type|{cache}|cache_id|a||").ShouldBe(
            isSkipped ? "status|4294967295|session|||" : $"status|0|session|{Tls13}||");
        daemon.Ask($"request|lookup|cache_type|{cache}|cache_id|b||").ShouldBe($"status|0|session|{Tls12}||");
        daemon.HangUp().ShouldBe(0);
        string figures = daemon.Log.TakeTexts().Single(text => text.Contains($"{cache} session cache", StringComparison.Ordinal));
        figures.ShouldContain(isSkipped ? " stores 1 deletes 0 " : " stores 2 deletes 0 ");
        figures.ShouldContain(isSkipped ? " unneeded 1 " : " unneeded 0 ");
    }

    [Theory]
    [InlineData($"{With}\n{Without}", "", "smtpd", true)]
    [InlineData($"{With}\n{Without}", "tlsmgr_skip_unneeded_sessions = no", "smtpd", false)]
    [InlineData($"{With}\n{Without}", "", "smtp", false)]
    [InlineData($"{With}\n{Without}", "", "lmtp", false)]
    [InlineData(Without, "", "smtpd", false)]
    [InlineData(With, "tls_ssl_options = NO_TICKET", "smtpd", false)]
    [InlineData("qmgr unix n - n 300 1 qmgr", "", "smtpd", true)]
    public void What_some_servers_do_not_look_up_is_evicted_first(
        string masterCf, string mainCf, string cache, bool isFirst)
    {
        DaemonDirectories directories = new(
        [
            $"{cache}_tls_session_cache_database = btree:${{data_directory}}/{cache}_scache",
            $"{cache}_tls_session_cache_entry_limit = 2", mainCf,
        ]);
        File.WriteAllText(Path.Combine(directories.Config, "master.cf"), masterCf + "\n");
        using RunningDaemon daemon = new(directories, []);

        foreach ((string id, string session) in ((string, string)[])[("a", Tls12), ("b", Tls13), ("c", Tls12)])
        {
            daemon.Ask($"request|update|cache_type|{cache}|cache_id|{id}|session|{session}||").ShouldBe("status|0||");
        }

        string[] missing =
        [
            .. ((string[])["a", "b", "c"]).Where(
                id => daemon.Ask($"request|lookup|cache_type|{cache}|cache_id|{id}||") == "status|4294967295|session|||"),
        ];
        missing.ShouldBe([isFirst ? "b" : "a"]);
    }
}
