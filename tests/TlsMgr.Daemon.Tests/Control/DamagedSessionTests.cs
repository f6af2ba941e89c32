using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>A session whose stored time a disk has changed: listed as damaged, removed, never resumed.</summary>
[Trait("Needs", "root")]
public sealed class DamagedSessionTests
{
    private const string MainCf = "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache";
    private const string Heading = "    size  stored               left(s)  id\n";
    private const string Session = "the bytes of a session";

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(99_999_999_999)]
    [InlineData(-1)]
    public void A_session_with_a_time_that_cannot_be_is_listed_once_as_damaged(long seconds)
    {
        using RunningDaemon daemon = new([MainCf], ["-u", "-c"]);
        string data = Convert.ToBase64String(Encoding.ASCII.GetBytes(Session));
        daemon.Ask($"request|update|cache_type|smtpd|cache_id|damaged|session|{data}||").ShouldBe("status|0||");
        ChangeTime(daemon.CacheFile, seconds);

        CommandOutput first = List(daemon);
        CommandOutput second = List(daemon);

        first.ShouldBe(new CommandOutput(0, $"{Heading}      22  damaged                    -  damaged\n", ""));
        second.ShouldBe(new CommandOutput(0, Heading, ""));
        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|damaged||").ShouldStartWith("status|4294967295|");
        daemon.Log.TakeTexts().ShouldBe(
        [
            $"warning: smtpd TLS cache btree:{daemon.Directories.Data}/smtpd_scache: a session is damaged -- removed",
        ]);
    }

    private static CommandOutput List(RunningDaemon daemon) =>
        CommandOutput.Of(PublishedBinary.Control, ["list", "smtpd", "-c", daemon.Directories.Config]);

    /// <summary>Changes the time in the file under the daemon's map; the session itself stays.</summary>
    private static void ChangeTime(string path, long seconds)
    {
        byte[] content = File.ReadAllBytes(path);
        int session = content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Session));
        session.ShouldBeGreaterThan(0);
        byte[] time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(time, seconds);
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = session - (2 * sizeof(long));
        file.Write(time);
    }
}
