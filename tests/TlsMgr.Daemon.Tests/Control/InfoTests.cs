using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>What the published binary tells administrators of itself, from its jail.</summary>
[Trait("Needs", "root")]
public sealed class InfoTests
{
    private static readonly string[] InJail = ["-u", "-c"];
    private static readonly string[] MainCf = ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"];

    [Fact]
    [Trait("Traced", "not")] // it names its program
    public void It_tells_who_serves_and_how_it_is_confined()
    {
        using RunningDaemon daemon = new(MainCf, InJail);

        Dictionary<string, string> info = Ask(daemon);

        info["version"].ShouldMatch(@"^\d+\.\d+\.\d+$");
        info["lmdb"].ShouldMatch(@"^0\.9\.\d+$");
        info["mail_version"].ShouldMatch(@"^3\.\d+");
        info["pid"].ShouldBe(daemon.Master.Process.Id.ToString(CultureInfo.InvariantCulture));
        long started = long.Parse(info["started"], CultureInfo.InvariantCulture);
        (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - started).ShouldBeInRange(0, 600);
        info["config_directory"].ShouldBe(daemon.Directories.Config);
        info["program"].ShouldBe(new FileInfo(PublishedBinary.Path).FullName);
        info["root"].ShouldBe(daemon.Directories.Queue);
        info["user"].ShouldBe(daemon.Directories.Owner);
        info["sandbox"].ShouldBe("on");
        info["memory_lock"].ShouldBeOneOf("on", "off: Cannot allocate memory", "off: Operation not permitted");
        info.Where(pair => pair.Key.StartsWith("cache.", StringComparison.Ordinal)).ShouldBe(
        [
            new("cache.smtpd.state", "on"),
            new("cache.smtpd.reason", ""),
            new("cache.smtpd.database", daemon.CacheFile),
            new("cache.smtpd.timeout", "3600"),
        ]);
    }

    [Fact]
    public void It_tells_why_something_is_off()
    {
        using RunningDaemon daemon = new(
            [
                "smtpd_tls_session_cache_database = btree:${data_directory}/none/smtpd_scache",
                "smtp_tls_session_cache_database = proxy:btree:${data_directory}/smtp_scache",
                "lmtp_tls_session_cache_database = btree:${data_directory}/lmtp_scache",
                "lmtp_tls_session_cache_timeout = 0",
                "tlsmgr_sandbox = no",
            ], []);

        Dictionary<string, string> info = Ask(daemon);

        info["sandbox"].ShouldBe("off: tlsmgr_sandbox is no");
        info["root"].ShouldBe("");
        info["user"].ShouldBe("root");
        string data = daemon.Directories.Data;
        string[] caches = ["smtpd", "smtp", "lmtp"];
        caches.Select(cache => info[$"cache.{cache}.state"]).ShouldBe(["off", "off", "off"]);
        caches.Select(cache => info[$"cache.{cache}.reason"]).ShouldBe(
        [
            $"open database {data}/none/smtpd_scache.lmdb: No such file or directory",
            "unsupported dictionary type: proxy",
            "lmtp_tls_session_cache_timeout is 0",
        ]);
    }

    [Fact]
    public void A_path_of_any_length_leaves_a_reply_that_tlsmgrctl_reads()
    {
        using RunningDaemon daemon = new([$"smtpd_tls_session_cache_database = btree:/{new string('é', 5000)}"], []);

        string path = Ask(daemon)["cache.smtpd.database"];
        Encoding.UTF8.GetByteCount(path).ShouldBeInRange(4095, 4096);
        path.ShouldEndWith("é");

        CommandOutput stats = CommandOutput.Of(PublishedBinary.Control, "stats", "-c", daemon.Directories.Config);
        stats.Errors.ShouldBe("");
        stats.Status.ShouldBe(0);
        stats.Output.ShouldContain("smtpd is off: ");
    }

    private static Dictionary<string, string> Ask(RunningDaemon daemon)
    {
        daemon.Ask("request|seed|size|1||");
        using AttributeClient client = AttributeClient.Connect(
            Path.Combine(daemon.Directories.Data, "tlsmgr_control"), PublishedBinary.Timeout);
        client.SendBytes(RunningDaemon.Bytes("request|info||"));
        IReadOnlyList<(string Name, byte[] Value)> list = client.ReadList();
        list[0].Name.ShouldBe("status");
        return list.Skip(1).ToDictionary(pair => pair.Name, pair => Encoding.UTF8.GetString(pair.Value));
    }
}
