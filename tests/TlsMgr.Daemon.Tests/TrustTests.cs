using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// The published binary, started again after the configuration has changed: what was trusted before is withdrawn, and what
/// did not change is kept.
/// </summary>
public sealed class TrustTests : IDisposable
{
    private const string FindOfSmtp = "request|lookup|cache_type|smtp|cache_id|x||";
    private const string StoreOfSmtp = "request|update|cache_type|smtp|cache_id|x|session|QUJD||";

    private const string CurrentKey = "request|tktkey|keyname|||";

    private static readonly string[] CacheLines =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
    ];

    private readonly RunningDaemon _daemon;

    public TrustTests()
    {
        DaemonDirectories directories = new(CacheLines);
        Directory.CreateDirectory(Path.Combine(directories.Root, "etc", "certs"));
        foreach (string file in new[] { "ca.pem", "key.pem", "policy.db", "certs/0.0" })
        {
            File.WriteAllText(Path.Combine(directories.Root, "etc", file), "before");
        }

        _daemon = new RunningDaemon(directories, ["-o", "smtpd_tls_ask_ccert=yes"]);
    }

    public void Dispose() => _daemon.Dispose();

    /// <summary>main.cf, master.cf before; main.cf, master.cf, file behind; whose sessions go; what is said.</summary>
    public static TheoryData<string, string, string, string, string, string, string> Changes() => new()
    {
        { "", "", "smtpd_tls_ask_ccert = yes", "", "", "smtpd", "smtpd_tls_ask_ccert" },
        { "smtpd_tls_exclude_ciphers = MD5", "", "", "", "", "smtpd", "smtpd_tls_exclude_ciphers" },
        { "smtp_tls_CAfile = ETC/ca.pem", "", "smtp_tls_CAfile = ETC/cb.pem", "", "", "smtp", "ETC/ca.pem, ETC/cb.pem, smtp_tls_CAfile" },
        { "smtp_tls_CAfile = ETC/ca.pem", "", "smtp_tls_CAfile = ETC/ca.pem", "", "ca.pem", "smtp", "ETC/ca.pem" },
        { "smtpd_tls_CApath = ETC/certs", "", "smtpd_tls_CApath = ETC/certs", "", "certs/0.0", "smtpd", "ETC/certs" },
        { "smtpd_tls_key_file = ETC/key.pem", "", "smtpd_tls_key_file = ETC/key.pem", "", "key.pem", "smtpd", "ETC/key.pem" },
        { "smtp_tls_policy_maps = hash:ETC/policy", "", "smtp_tls_policy_maps = hash:ETC/policy", "", "policy.db", "smtp", "ETC/policy.db" },
        { "tls_high_cipherlist = AES", "", "tls_high_cipherlist = AES128", "", "", "smtpd smtp", "tls_high_cipherlist" },
        { "", "mx inet n - y - - smtpd", "", "mx inet n - y - - smtpd -o smtpd_tls_req_ccert=yes", "", "smtpd", "mx/inet: smtpd_tls_req_ccert" },
        { "", "mx inet n - y - - smtpd", "", "mx inet n - y - - smtpd -osmtpd_tls_req_ccert=yes", "", "smtpd", "mx/inet: smtpd_tls_req_ccert" },
        { "", "x unix - - y - - smtp", "", "x unix - - y - - smtp -o { smtp_tls_protocols = TLSv1.3 }", "", "smtp", "x/unix: smtp_tls_protocols" },
        { "", "", "", "mx inet n - y", "", "smtpd smtp", "?" },
        { "smtpd_tls_loglevel = 1\nsmtpd_banner = a", "", "smtpd_tls_loglevel = 2\nsmtpd_banner = b", "mx inet n - y - - smtpd", "ca.pem", "", "" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_changes_empties_the_caches_that_it_bears_upon_and_no_other(
        string mainCf, string masterCf, string nextMainCf, string nextMasterCf, string file, string emptied, string names)
    {
        Configure(mainCf, masterCf);
        Restart();
        _daemon.Ask(Store).ShouldBe(Stored);
        _daemon.Ask(StoreOfSmtp).ShouldBe(Stored);
        Restart();
        _daemon.Ask(Find).ShouldBe(Found, "nothing has changed");
        _daemon.Ask(FindOfSmtp).ShouldBe(Found, "nothing has changed");
        string key = _daemon.Ask(CurrentKey);
        _daemon.Log.TakeTexts();

        Configure(nextMainCf, nextMasterCf);
        if (file.Length > 0)
        {
            File.WriteAllText(Etc(file), "behind");
        }

        Restart();

        _daemon.Ask(Find).ShouldBe(emptied.Contains("smtpd", StringComparison.Ordinal) ? NotFound : Found);
        _daemon.Ask(FindOfSmtp).ShouldBe(emptied.Split(' ').Contains("smtp") ? NotFound : Found);
        (_daemon.Ask(CurrentKey) == key).ShouldBe(!emptied.Contains("smtpd", StringComparison.Ordinal));
        List<string> said = [.. _daemon.Log.TakeTexts().Where(text => text.EndsWith(" -- starting with an empty cache", StringComparison.Ordinal))];
        string[] caches = emptied.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        said.Count.ShouldBe(caches.Length, string.Join('\n', said));
        for (int i = 0; i < caches.Length; i++)
        {
            string begin = $"{caches[i]} TLS cache btree:{_daemon.Directories.Data}/{caches[i]}_scache: ";
            said[i].ShouldBe(names == "?"
                ? $"warning: {begin}master.cf: {_daemon.Directories.Config}/master.cf: line 1: missing \"wakeup_time\" field "
                    + "-- starting with an empty cache"
                : $"{begin}changed since its sessions were stored: {names.Replace("ETC", Etc(""), StringComparison.Ordinal)} "
                    + "-- starting with an empty cache");
        }
    }

    [Theory]
    [InlineData("smtp_tls_policy_maps = socketmap:unix:private/policy:tls", "socketmap:unix:private/policy:tls: the content of this map is not known here")]
    [InlineData("smtp_tls_policy_maps = proxy:mysql:/etc/postfix/x.cf", "mysql:/etc/postfix/x.cf: the content of this map is not known here")]
    public void With_a_map_on_a_server_no_session_outlives_a_start(string mainCf, string reason)
    {
        Configure(mainCf, "");
        Restart();
        for (int i = 0; i < 2; i++)
        {
            _daemon.Ask(Store).ShouldBe(Stored);
            _daemon.Ask(StoreOfSmtp).ShouldBe(Stored);
            _daemon.Log.TakeTexts();
            Restart();

            _daemon.Ask(Find).ShouldBe(Found);
            _daemon.Ask(FindOfSmtp).ShouldBe(NotFound);
            _daemon.Log.TakeTexts().ShouldBe(
                [$"smtp TLS cache btree:{_daemon.Directories.Data}/smtp_scache: {reason} -- starting with an empty cache"]);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_counts_as_changed_and_is_named_by_a_warning()
    {
        Configure("smtpd_tls_CAfile = /dev/null", "");
        Restart();
        _daemon.Ask(Store).ShouldBe(Stored);
        _daemon.Log.TakeTexts();
        Restart();

        _daemon.Ask(Find).ShouldBe(NotFound);
        _daemon.Log.TakeTexts().ShouldBe(
            [$"warning: smtpd TLS cache btree:{_daemon.Directories.Data}/smtpd_scache: /dev/null: not a regular file "
                + "-- starting with an empty cache"]);
    }

    [Fact]
    public void A_crash_between_two_configurations_serves_nothing_of_the_first_under_the_second()
    {
        _daemon.Ask(Store).ShouldBe(Stored);
        _daemon.Kill();
        Configure("smtpd_tls_ask_ccert = yes", "");
        Restart();
        _daemon.Ask(Find).ShouldBe(NotFound);
        _daemon.Kill();
        Configure("", "");
        Restart();
        _daemon.Ask(Find).ShouldBe(NotFound);
    }

    [Fact]
    public void Tlsmgrctl_shows_what_has_changed_since_the_daemon_started()
    {
        Configure("smtpd_tls_CAfile = ETC/ca.pem\nsmtpd_tls_ask_ccert = yes\nsmtp_tls_policy_maps = tcp:localhost:1", "");
        Restart();
        Trust().ShouldBe(
        [
            "smtpd  same     ETC/ca.pem",
            "smtpd  same     smtpd_tls_CAfile",
            "smtpd  same     smtpd_tls_ask_ccert",
            "smtp   same     smtp_tls_policy_maps",
            "smtp   unknown  tcp:localhost:1: the content of this map is not known here",
        ]);

        File.WriteAllText(Etc("ca.pem"), "behind");
        Configure("smtpd_tls_CAfile = ETC/ca.pem\nsmtpd_tls_req_ccert = yes\nsmtp_tls_policy_maps = inline:{a=may}",
            "mx inet n - y - - smtpd -o smtpd_tls_CAfile=ETC/ca.pem");
        Trust().ShouldBe(
        [
            "smtpd  changed  ETC/ca.pem",
            "smtpd  same     smtpd_tls_CAfile",
            "smtpd  new      smtpd_tls_req_ccert",
            "smtpd  gone     smtpd_tls_ask_ccert",
            "smtp   changed  smtp_tls_policy_maps",
            "smtp   gone     tcp:localhost:1",
        ]);
    }

    [Fact]
    public void Of_the_policy_of_a_pool_is_shown_what_has_changed_since_the_daemon_started()
    {
        const string Asking = "mx inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_tls_ask_ccert=yes";
        const string MainCf = "tlsmgr_pool_name = example\nsmtpd_tls_CAfile = ETC/ca.pem";
        Configure(MainCf, Asking);
        Restart();
        StatesOfPool().ShouldAllBe(static line => line.State == "same");

        Configure($"{MainCf}\nsmtpd_tls_ccert_verifydepth = 3", Asking);
        File.WriteAllText(Etc("ca.pem"), "behind");
        StatesOfPool().Where(static line => line.State != "same").ShouldBe(
            [("changed", "smtpd_tls_CAfile"), ("changed", "smtpd_tls_ccert_verifydepth")]);

        Configure(MainCf, "mx inet n - n - - smtpd");
        (string State, string Name)[] states = StatesOfPool();
        states.ShouldContain(("changed", "smtpd_tls_ask_ccert"));
        states.ShouldContain(("gone", "smtpd_tls_CAfile"));

        _daemon.HangUp();
        StatesOfPool().ShouldBe([("now", "smtpd_tls_ask_ccert")]);
    }

    private (string State, string Name)[] StatesOfPool() =>
    [
        .. Trust().Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words[0] == "pool")
            .Select(static words => (words[1], words[2].TrimEnd(':'))),
    ];

    /// <summary>As at a reload; a daemon that was killed is started again all the same.</summary>
    private void Restart()
    {
        _daemon.HangUp();
        _daemon.StartAgain();
    }

    private string[] Trust()
    {
        CommandOutput output = CommandOutput.Of(
            PublishedBinary.Control, ["config", "--trust", "-c", _daemon.Directories.Config]);
        output.Errors.ShouldBe("");
        output.Lines[0].ShouldBe("cache  state    input");
        return
        [
            .. output.Lines.Skip(1).Where(line => line.Length > 0 && !line.Contains("/sbin/") && !line.Contains("openssl.cnf"))
                .Select(line => line.Replace(Etc(""), "ETC", StringComparison.Ordinal)),
        ];
    }

    private string Etc(string name) => Path.Combine(_daemon.Directories.Root, "etc", name).TrimEnd('/');

    private void Configure(string mainCf, string masterCf)
    {
        string Filled(string text) => text.Replace("ETC", Etc(""), StringComparison.Ordinal);
        _daemon.Directories.WriteMainCf([.. CacheLines, .. Filled(mainCf).Split('\n')]);
        File.WriteAllText(Path.Combine(_daemon.Directories.Config, "master.cf"), Filled(masterCf) + "\n");
    }
}
