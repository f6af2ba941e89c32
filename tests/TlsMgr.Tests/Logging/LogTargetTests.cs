using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using TlsMgr.Postfix;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Logging;

/// <summary>Records as syslogd and postlogd(8) get them: what stands before the text, and what happens without a reader.</summary>
public sealed class LogTargetTests : IDisposable
{
    private const int MailFacility = 2 << 3;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-log-");
    private readonly ManualClock _clock = new();

    private string SocketPath => Path.Combine(_directory.FullName, "log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(LogSeverity.Info, "<22>Nov  1 09:08:07 postfix/tlsmgr[PID]: text")]
    [InlineData(LogSeverity.Warning, "<20>Nov  1 09:08:07 postfix/tlsmgr[PID]: warning: text")]
    [InlineData(LogSeverity.Error, "<19>Nov  1 09:08:07 postfix/tlsmgr[PID]: error: text")]
    [InlineData(LogSeverity.Fatal, "<18>Nov  1 09:08:07 postfix/tlsmgr[PID]: fatal: text")]
    [InlineData(LogSeverity.Panic, "<18>Nov  1 09:08:07 postfix/tlsmgr[PID]: panic: text")]
    public void Syslog_records_have_priority_time_and_tag(LogSeverity severity, string expected)
    {
        _clock.SetTimeOfDay(new DateTimeOffset(2026, 11, 1, 9, 8, 7, TimeSpan.Zero));
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath);

        new SyslogTarget(sender, _clock, MailFacility, "postfix/tlsmgr").Write(severity, "text");

        reader.TakeRecords().ShouldBe([expected.Replace("PID", Environment.ProcessId.ToString())]);
    }

    [Fact]
    public void Postlog_records_have_time_host_and_tag()
    {
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath);

        new PostlogTarget(sender, _clock, "mail", "postfix/tlsmgr").Write(LogSeverity.Warning, "text");

        reader.TakeRecords().ShouldBe([$"Nov 21 00:00:00 mail postfix/tlsmgr[{Environment.ProcessId}]: warning: text"]);
    }

    [Fact]
    public void A_long_record_is_cut()
    {
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath);

        new PostlogTarget(sender, _clock, "h", "t").Write(LogSeverity.Info, new string('x', 5000));

        reader.TakeTexts().ShouldBe([new string('x', Limits.LogRecordBytes)]);
    }

    [Fact]
    public void A_reader_that_was_started_anew_gets_the_next_record()
    {
        using DatagramSender sender = new(SocketPath);
        sender.Send("lost"u8).ShouldBeFalse("nobody listens yet");
        using (PostlogSocket first = new(SocketPath))
        {
            sender.Send("]: one"u8).ShouldBeTrue();
            first.TakeTexts().ShouldBe(["one"]);
        }

        File.Delete(SocketPath);
        using PostlogSocket second = new(SocketPath);
        sender.Send("]: two"u8).ShouldBeTrue();
        second.TakeTexts().ShouldBe(["two"]);
    }

    [Fact]
    public void A_reader_that_does_not_read_costs_records_and_not_the_daemon()
    {
        using Socket reader = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        reader.Bind(new UnixDomainSocketEndPoint(SocketPath));
        using DatagramSender sender = new(SocketPath);
        byte[] record = Encoding.ASCII.GetBytes(new string('x', 1000));

        int sent = 0;
        while (sent < 10_000 && sender.Send(record))
        {
            sent++;
        }

        sent.ShouldBeInRange(1, 9_999, "a full socket must be told, not waited for");

        // Waited for once, not for each record: a hundred waits would take a hundred times as long.
        const int More = 100;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < More; i++)
        {
            sender.Send(record).ShouldBeFalse();
        }

        Stopwatch.GetElapsedTime(start).TotalMilliseconds.ShouldBeLessThan(More * Limits.LogWaitMilliseconds / 2);
        byte[] room = new byte[2000];
        reader.Receive(room);
        sender.Send(record).ShouldBeTrue("it takes records again");
    }
}
