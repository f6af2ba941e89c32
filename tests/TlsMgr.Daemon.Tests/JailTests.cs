using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// The published binary as in Debian's master.cf: unprivileged, in a jail that holds only its sockets.
/// </summary>
[Trait("Needs", "root")]
public sealed class JailTests : IDisposable
{
    private readonly RunningDaemon _daemon = new(
        [
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
            "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
            "tls_random_prng_update_period = 1s",
            "tls_random_reseed_period = 1s",
        ],
        ["-u", "-c"]);

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void All_six_verbs_are_served()
    {
        _daemon.Ask("request|seed|size|255||").Length.ShouldBe("status|0|seed|||".Length + 340);
        _daemon.Ask("request|policy|cache_type|smtpd||").ShouldBe("status|0|cachable|1|timeout|3600||");
        _daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");
        _daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe("status|0|session|QUJD||");
        _daemon.Ask("request|delete|cache_type|smtpd|cache_id|x||").ShouldBe("status|0||");
        string key = _daemon.Ask("request|tktkey|keyname|||");
        key.ShouldStartWith("status|0|keybuf|");
        byte[] name = Convert.FromBase64String(key.Split('|')[3])[..16];
        _daemon.Ask($"request|tktkey|keyname|{Convert.ToBase64String(name)}||").ShouldBe(key);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Long_ids_and_large_sessions_are_stored_while_the_map_grows()
    {
        string id = new('i', 64 * 1024);
        string session = Convert.ToBase64String(new byte[1024 * 1024]);
        for (int i = 0; i < 40; i++)
        {
            _daemon.Ask($"request|update|cache_type|smtp|cache_id|{i}{id}|session|{session}||").ShouldBe("status|0||");
        }

        _daemon.Ask($"request|lookup|cache_type|smtp|cache_id|7{id}||").ShouldBe($"status|0|session|{session}||");
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Faults_are_logged_through_the_log_socket_in_the_jail()
    {
        _daemon.Ask("request|policy|cache_type|bogus||").ShouldBe("status|4294967294|cachable|0|timeout|0||");
        _daemon.Ask("request|seed|size|32x||").ShouldBe("status|4294967294|seed|||");

        _daemon.Log.TakeTexts().ShouldBe(
        [
            "warning: bogus cache type \"bogus\" in \"policy\" request",
            "warning: malformed numerical data from tlsmgr socket while reading input attribute value: 32x",
        ]);
    }

    [Fact]
    public void No_thread_keeps_a_privilege()
    {
        _daemon.Ask("request|seed|size|1||");
        UserAccount owner = UserIdentity.FindUser(_daemon.Directories.Owner)!;
        string process = $"/proc/{_daemon.Master.Process.Id}";

        File.ResolveLinkTarget($"{process}/root", returnFinalTarget: false)!.FullName.ShouldBe(_daemon.Directories.Queue);
        foreach (string thread in Directory.GetDirectories($"{process}/task"))
        {
            Dictionary<string, string> status = File.ReadLines($"{thread}/status")
                .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
            status["Uid"].Split('\t').ShouldAllBe(id => id == owner.UserId.ToString());
            status["Gid"].Split('\t').ShouldAllBe(id => id == owner.GroupId.ToString());
            status["CapEff"].ShouldAllBe(digit => digit == '0');
            status["CapPrm"].ShouldAllBe(digit => digit == '0');
        }
    }

    [Fact]
    public void Timers_run_and_the_state_is_saved_at_the_end()
    {
        _daemon.Ask("request|seed|size|1||");
        byte[] atStart = File.ReadAllBytes(_daemon.ExchangeFile);
        using FileSystemWatcher watcher = new(_daemon.Directories.Data, "prng_exch");
        watcher.WaitForChanged(WatcherChangeTypes.Changed, PublishedBinary.Timeout).TimedOut.ShouldBeFalse();
        byte[] later = File.ReadAllBytes(_daemon.ExchangeFile);
        later.ShouldNotBe(atStart);

        _daemon.HangUp().ShouldBe(0);

        File.ReadAllBytes(_daemon.ExchangeFile).ShouldNotBe(later);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }
}
