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
}
