using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Tests.Client;

namespace TlsMgr.Control.Tests.Output;

/// <summary>A daemon with a healthy, a full and a missing cache, as real clients leave its figures.</summary>
internal static class SampleReport
{
    internal const string Info =
        "status|0|version|0.1.0|lmdb|0.9.24|mail_version|3.7.11|pid|1234|started|1796000000|"
        + "config_directory|/etc/postfix|program|/usr/lib/postfix/sbin/tlsmgr-net|root|/var/spool/postfix|user|postfix|"
        + "sandbox|on|memory_lock|off: Cannot allocate memory|"
        + "ticket_keys_kept|off: tlsmgr_ticket_keys_persist is no|"
        + "cache.smtpd.state|on|cache.smtpd.reason||cache.smtpd.database|/d/smtpd.lmdb|cache.smtpd.timeout|3600|"
        + "cache.smtp.state|degraded|cache.smtp.reason|write /var/lib/postfix/smtp_scache.lmdb: No space left on device|"
        + "cache.smtp.database|/var/lib/postfix/smtp_scache.lmdb|cache.smtp.timeout|60|"
        + "cache.lmtp.state|off|cache.lmtp.reason|open database /d/lmtp.lmdb: Permission denied|"
        + "cache.lmtp.database|/d/lmtp.lmdb|cache.lmtp.timeout|3600||";

    internal const string Figures =
        "status|0|uptime.seconds|8005|requests.seed|88|requests.policy|91|requests.lookup|101|requests.update|170|"
        + "requests.delete|3|requests.tktkey|190|requests.unknown|0|faults.missing|0|faults.unexpected|0|"
        + "faults.malformed|0|faults.incomplete|0|faults.bogus|0|faults.timeout|1|faults.oversized|0|faults.unforeseen|0|"
        + "connections.now|4|connections.most|9|connections.total|88|seeds|88|"
        + "keys.issued|176|keys.refused|14|keys.rotated|2|slowest.microseconds|874|"
        + "cache.smtpd.lookups|101|cache.smtpd.hits|5|cache.smtpd.stores|170|cache.smtpd.deletes|3|"
        + "cache.smtpd.expired|17|cache.smtpd.evicted|0|cache.smtpd.entries|150|cache.smtpd.size|1384448|"
        + "cache.smtpd.used|1200128|cache.smtpd.free|122880|cache.smtpd.limit|268435456|"
        + "cache.smtp.lookups|0|cache.smtp.hits|0|cache.smtp.stores|0|cache.smtp.deletes|0|cache.smtp.expired|0|"
        + "cache.smtp.evicted|0|cache.smtp.entries|0|cache.smtp.size|32768|cache.smtp.used|32768|cache.smtp.free|0|"
        + "cache.smtp.limit|0|request_time.le_50|300|request_time.le_100|320|request_time.le_250|630|"
        + "request_time.le_1000|640|request_time.count|643|request_time.sum_microseconds|51200||";

    /// <summary>The report of the replies above.</summary>
    internal static DaemonReport Create() => Of(Figures, Info);

    /// <summary>The report of two replies.</summary>
    internal static DaemonReport Of(string figures, string info)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(figures, info);
        return new DaemonReport(
            new FigureTree(ControlRequests.Stats(connection)), ControlRequests.Info(connection));
    }

    /// <summary>A report of an older daemon.</summary>
    internal static DaemonReport OfOlder(params KeyValuePair<string, long>[] figures) =>
        new(new FigureTree(figures), InfoReply.Older);
}
