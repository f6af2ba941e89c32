using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Shouldly;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Logging;

/// <summary>Records as syslogd and postlogd(8) receive them, and the behavior with a missing or slow reader.</summary>
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
        _clock.SetTimeOfDay(new DateTime(2026, 11, 1, 9, 8, 7, DateTimeKind.Local));
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, _clock);

        new SyslogTarget(sender, _clock, MailFacility, "postfix/tlsmgr").Write(severity, "text");

        reader.TakeRecords().ShouldBe([expected.Replace("PID", Environment.ProcessId.ToString())]);
    }

    [Fact]
    public void Postlog_records_have_time_host_and_tag()
    {
        _clock.SetTimeOfDay(new DateTime(2026, 11, 21, 0, 0, 0, DateTimeKind.Local));
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, _clock);

        new PostlogTarget(sender, _clock, "mail", "postfix/tlsmgr").Write(LogSeverity.Warning, "text");

        reader.TakeRecords().ShouldBe([$"Nov 21 00:00:00 mail postfix/tlsmgr[{Environment.ProcessId}]: warning: text"]);
    }

    [Fact]
    public void A_long_record_is_truncated()
    {
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, _clock);

        new PostlogTarget(sender, _clock, "h", "t").Write(LogSeverity.Info, new string('x', 5000));

        reader.TakeTexts().ShouldBe([new string('x', LogLimits.RecordBytes)]);
    }

    [Fact]
    public void A_restarted_reader_receives_the_next_record()
    {
        using DatagramSender sender = new(SocketPath, _clock);
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
    public void Lost_records_are_counted_and_logged_when_the_socket_accepts_records_again()
    {
        using DatagramSender sender = new(SocketPath, _clock);
        PostlogTarget target = new(sender, _clock, "h", "t");
        target.Write(LogSeverity.Info, "lost");
        target.Write(LogSeverity.Info, "lost");

        using PostlogSocket reader = new(SocketPath);
        target.Write(LogSeverity.Info, "one");
        target.Write(LogSeverity.Info, "two");

        reader.TakeTexts().ShouldBe(["one", "warning: 2 log records were lost", "two"]);
    }

    [Fact]
    public void Lost_records_are_logged_at_most_once_a_minute()
    {
        using DatagramSender sender = new(SocketPath, _clock);
        PostlogTarget target = new(sender, _clock, "h", "t");
        for (int i = 0; i < 3; i++)
        {
            target.Write(LogSeverity.Info, "lost");
            using PostlogSocket reader = new(SocketPath);
            target.Write(LogSeverity.Info, "taken");
            reader.TakeTexts().ShouldBe(i switch
            {
                0 => ["taken", "warning: 1 log records were lost"],
                1 => ["taken"],
                _ => ["taken", "warning: 2 log records were lost"],
            });
            File.Delete(SocketPath);
            _clock.Advance(TimeSpan.FromSeconds(LogLimits.RepeatedWarningSeconds / 2));
        }
    }

    [Fact]
    public void A_stalled_reader_is_waited_for_a_few_times_a_minute()
    {
        RunningClock clock = new();
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, clock);
        FillUntilLost(sender).ShouldBeInRange(1, 9_999, "a full socket must lose records instead of blocking");

        // Waited for a few times, not for each record.
        const int MoreRecords = 100;
        TimeSpan withoutWaiting = Time(() =>
        {
            for (int i = 0; i < MoreRecords; i++)
            {
                sender.Send(Record).ShouldBeFalse();
            }
        });
        withoutWaiting.TotalMilliseconds.ShouldBeLessThan(MoreRecords * LogLimits.RecordWaitMilliseconds / 2);

        clock.Advance(TimeSpan.FromSeconds(LogLimits.WaitPauseSeconds));
        Time(() => sender.Send(Record).ShouldBeFalse()).TotalMilliseconds
            .ShouldBeGreaterThanOrEqualTo(LogLimits.RecordWaitMilliseconds - 1, "the budget is available again");

        reader.TakeRecords();
        sender.Send(Record).ShouldBeTrue("the socket accepts records again");
    }

    [Fact]
    public void A_slow_reader_loses_records_instead_of_delaying_each()
    {
        const int Records = 4000;
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, TimeProvider.System);
        using CancellationTokenSource end = new();
        Thread slow = new(() =>
        {
            while (!end.IsCancellationRequested)
            {
                reader.TakeRecord(TimeSpan.FromMilliseconds(10));
                Thread.Sleep(1);
            }
        });
        slow.Start();

        int taken = 0;
        for (int i = 0; i < Records; i++)
        {
            taken += sender.Send(Record) ? 1 : 0;
        }

        end.Cancel();
        slow.Join();

        // What the socket and the memory hold, and the records read during the waits; with a wait for each record it
        // would be all.
        taken.ShouldBeInRange(1, Records / 2);
    }

    [Fact]
    public void Records_that_a_reader_does_not_take_for_a_while_arrive_later_in_their_order()
    {
        const int Records = 500;
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, _clock);
        int held = 0;
        sender.OnHeld = () => held++;
        TimeSpan time = Time(() =>
        {
            for (int i = 0; i < Records; i++)
            {
                sender.Send(Encoding.ASCII.GetBytes($"]: {i}")).ShouldBeTrue();
            }
        });
        time.TotalMilliseconds.ShouldBeLessThan(LogLimits.RecordWaitMilliseconds * 5, "nobody waits");
        held.ShouldBe(1);
        sender.SendHeld(out bool hasSent).ShouldBeFalse();
        hasSent.ShouldBeFalse();

        List<string> texts = [];
        while (!sender.SendHeld(out _))
        {
            texts.AddRange(reader.TakeTexts());
        }

        texts.AddRange(reader.TakeTexts());
        texts.ShouldBe(Enumerable.Range(0, Records).Select(i => $"{i}"));
    }

    [Fact]
    public void At_the_end_of_the_process_held_records_wait_for_the_reader()
    {
        using PostlogSocket reader = new(SocketPath);
        using DatagramSender sender = new(SocketPath, TimeProvider.System);
        for (int i = 0; i <= 100; i++)
        {
            sender.Send(Encoding.ASCII.GetBytes($"]: {i}")).ShouldBeTrue();
        }

        IReadOnlyList<string> texts = [];
        Thread late = new(() => texts = reader.WaitFor("100", TimeSpan.FromSeconds(60)));
        late.Start();
        sender.SendHeld(timeoutMilliseconds: 60_000);
        late.Join();

        texts.ShouldBe(Enumerable.Range(0, 101).Select(i => $"{i}"));
    }

    private static byte[] Record { get; } = Encoding.ASCII.GetBytes(new string('x', 1000));

    private static int FillUntilLost(DatagramSender sender)
    {
        int sent = 0;
        while (sent < 10_000 && sender.Send(Record))
        {
            sent++;
        }

        return sent;
    }

    private static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The system clock with an offset: waits are real, and a minute passes at once.</summary>
    private sealed class RunningClock : TimeProvider
    {
        private long _offset;

        public override long GetTimestamp() => base.GetTimestamp() + _offset;

        internal void Advance(TimeSpan time) => _offset += (long)(time.TotalSeconds * TimestampFrequency);
    }
}
