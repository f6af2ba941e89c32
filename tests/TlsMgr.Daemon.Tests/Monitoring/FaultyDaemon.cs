using System;
using System.IO;
using TlsMgr.Daemon.Tests.Control;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>
/// Another program in place of a daemon that has everything about which an alert warns; two hours later, all counters of
/// that have grown.
/// </summary>
internal sealed class FaultyDaemon : IDisposable
{
    private const string Caches =
        "cache.smtpd.state|memory|cache.smtpd.reason|the file system keeps no owners|cache.smtpd.database|/d/smtpd.lmdb|"
        + "cache.smtpd.timeout|3600|cache.smtp.state|degraded|cache.smtp.reason|No space left on device|"
        + "cache.smtp.database|/d/smtp.lmdb|cache.smtp.timeout|3600|cache.lmtp.state|off|"
        + "cache.lmtp.reason|open database /d/lmtp.lmdb: Permission denied|cache.lmtp.database|/d/lmtp.lmdb|"
        + "cache.lmtp.timeout|3600||";

    private readonly DaemonDirectories _directories = new("multi_instance_name = postfix-out");
    private readonly ScriptedServer _server;

    internal FaultyDaemon() => _server = new ScriptedServer(
        Path.Combine(_directories.Data, "tlsmgr_control"), repeats: true, Figures(1), Info(1796000000));

    /// <summary>The directory of main.cf.</summary>
    internal string Config => _directories.Config;

    /// <summary>The metrics of one time, and of two hours later.</summary>
    internal static (string First, string Last) Metrics()
    {
        using DaemonDirectories directories = new("multi_instance_name = postfix-out");
        string socket = Path.Combine(directories.Data, "tlsmgr_control");
        string[] texts = new string[2];
        for (int i = 0; i < texts.Length; i++)
        {
            using ScriptedServer server = new(
                socket, repeats: false, Figures(1 + (i * 1000)), Info(1796000000 + (i * 7200)));
            texts[i] = CommandOutput.Of(PublishedBinary.Control, "stats", "-c", directories.Config, "--prometheus").Output;
            File.Delete(socket);
        }

        return (texts[0], texts[1]);
    }

    public void Dispose()
    {
        _server.Dispose();
        _directories.Dispose();
    }

    private static byte[] Figures(int count) => RunningDaemon.Bytes(
        $"status|0|uptime.seconds|{count}|requests.lookup|{count}|requests.tktkey|{count}|faults.bogus|{count}|"
        + $"connections.now|1|connections.most|2|connections.total|{count}|seeds|1|keys.issued|5|keys.refused|{count}|"
        + $"keys.rotated|1|pool.on|0|pool.previous|{count}|pool.current|{count}|pool.next|{count}|pool.grace|{count}|"
        + $"pool.unknown|{count}|pool.ahead_seconds|200|pool.generation|1|pool.seconds_left|60|"
        + $"sharing.asked|{count}|sharing.hits|1|sharing.misses|{count}|sharing.late|{count}|sharing.dropped|{count}|"
        + $"sharing.sealed|{count}|sharing.refused|{count}|sharing.overdue|{count}|sharing.stored|{count}|"
        + $"sharing.queued|9|sharing.waiting|3|sharing.filtered|{count}|sharing.held|{count}|"
        + $"sharing.failed|{count}|sharing.overtaken|{count}|sharing.unexpected|{count}|sharing.breaker|1|sharing.connected|0|"
        + $"sharing.reachable|0|slowest.microseconds|300000|cache.smtpd.lookups|{count}|cache.smtpd.hits|0|"
        + $"cache.smtpd.stores|{count}|cache.smtpd.deletes|1|cache.smtpd.expired|{count}|cache.smtpd.evicted|{count}|cache.smtpd.unneeded|{count}|"
        + "cache.smtpd.entries|9|cache.smtpd.size|65536|cache.smtpd.used|65536|cache.smtpd.free|0|cache.smtpd.limit|65536|request_time.le_50000|0|"
        + $"request_time.le_250000|{count}|request_time.count|{count}|request_time.sum_microseconds|{count * 200000L}||");

    private static byte[] Info(int started) => RunningDaemon.Bytes(
        $"status|0|version|0.1.0|lmdb|0.9.24|mail_version|3.7.11|pid|1|started|{started}|config_directory|/etc/postfix|"
        + "program|/usr/lib/postfix/sbin/tlsmgr-net|root||user|postfix|sandbox|off: Function not implemented|"
        + "memory_lock|off: Cannot allocate memory|" + Caches);
}
