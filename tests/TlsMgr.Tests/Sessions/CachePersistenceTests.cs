using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using TlsMgr.Sessions.Files;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>What the next process finds of the sessions that this one stored.</summary>
public sealed class CachePersistenceTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Sessions_outlive_a_reload()
    {
        Fill();
        _rig.Caches.Dispose();

        Reopen(CacheRig.FirstBoot);

        ShouldHaveAll();
    }

    [Theory]
    [InlineData(CacheRig.FirstBoot)]
    [InlineData(CacheRig.SecondBoot)]
    [InlineData("")]
    public void Sessions_outlive_a_stop_and_a_restart_of_the_machine(string nextBoot)
    {
        Fill();
        Stop();

        Reopen(nextBoot);

        ShouldHaveAll();
    }

    [Fact]
    public void Sessions_outlive_a_crash_of_the_process()
    {
        Fill();
        Crash();

        Reopen(CacheRig.FirstBoot);

        ShouldHaveAll();
    }

    [Theory]
    [InlineData(CacheRig.FirstBoot, CacheRig.SecondBoot)]
    [InlineData(CacheRig.FirstBoot, "")]
    [InlineData("", "")]
    public void No_session_outlives_a_crash_of_the_machine(string boot, string nextBoot)
    {
        _rig.Context = _rig.Context with { BootId = boot };
        Fill();
        Crash();

        Reopen(nextBoot);

        _rig.Lines.ShouldBe(
            [$"Warning: {_rig.File}: the machine went down while it was in use -- starting with an empty cache"]);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.StoreTurn("id-0"u8, "new"u8).ShouldBe(CacheAnswer.Done);
    }

    [Fact]
    public void A_crash_of_the_machine_counts_from_the_last_start_on()
    {
        Fill();
        Stop();
        Reopen(CacheRig.SecondBoot);
        ShouldHaveAll();
        Crash();

        Reopen(CacheRig.FirstBoot);

        _rig.Find("id-0"u8).ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_kept_when_nothing_is_to_be_kept()
    {
        _rig.Context = _rig.Context with { Persists = false };
        Fill();
        _rig.Caches.Dispose();
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Caches.Dispose();

        // Nor is it taken up later, by a process that would keep it.
        Fill();
        _rig.Caches.Dispose();
        _rig.Context = _rig.Context with { Persists = true };
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Caches.Dispose();

        // Nor by one that keeps nothing what was left to be kept.
        Fill();
        _rig.Caches.Dispose();
        _rig.Context = _rig.Context with { Persists = false };
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_expired_meanwhile_is_not_found_and_the_first_sweep_removes_it()
    {
        Fill(timeoutSeconds: 300);
        _rig.Clock.Advance(TimeSpan.FromSeconds(200));
        _rig.StoreTurn("young"u8, "x"u8);
        _rig.Caches.Dispose();
        _rig.Clock.Advance(TimeSpan.FromSeconds(101));

        Reopen(CacheRig.FirstBoot, timeoutSeconds: 300);

        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.SweepToTheEnd();
        _rig.Clock.SetTimeOfDay(_rig.Clock.GetUtcNow().AddSeconds(-200));
        Ids().Where(id => _rig.Find(id) is not null).ShouldBeEmpty();
        _rig.Find("young"u8).ShouldNotBeNull();
    }

    [Fact]
    public void The_next_process_may_begin_before_the_disk_has_taken_everything()
    {
        Fill();
        SessionCaches leaving = _rig.Caches;
        leaving.ReleaseFiles();
        Reopen(CacheRig.FirstBoot);
        _rig.StoreTurn("new"u8, "x"u8).ShouldBe(CacheAnswer.Done);
        CacheState atWork = StateOfFile();

        leaving.SyncToDisk();

        // Not closed by the one that left: the other is at work, and the machine may crash.
        StateOfFile().ShouldBe(atWork);
        atWork.IsClosed.ShouldBeFalse();
        ShouldHaveAll();
    }

    [Fact]
    public void The_next_process_may_even_have_ended_before_the_disk_has_taken_everything()
    {
        Fill();
        SessionCaches leaving = _rig.Caches;
        leaving.ReleaseFiles();
        Reopen(CacheRig.FirstBoot);
        Crash();
        CacheState crashed = StateOfFile();

        leaving.SyncToDisk();

        StateOfFile().ShouldBe(crashed);
    }

    [Fact]
    public void Every_start_writes_another_run()
    {
        HashSet<ulong> runs = [];
        for (int i = 0; i < 10; i++)
        {
            Reopen(CacheRig.FirstBoot);
            StateOfFile().IsClosed.ShouldBeFalse();
            StateOfFile().BootId.ShouldBe(CacheRig.FirstBoot);
            runs.Add(StateOfFile().Run).ShouldBeTrue();
            _rig.Caches.ReleaseFiles();
            StateOfFile().IsClosed.ShouldBeFalse();
            Stop();
            StateOfFile().IsClosed.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_state_lasts_through_everything_that_LMDB_does()
    {
        Fill();
        CacheState state = StateOfFile();
        for (int i = 0; i < 40; i++)
        {
            _rig.StoreTurn(BitConverter.GetBytes(i), new byte[1 << 20]).ShouldBe(CacheAnswer.Done);
        }

        StateOfFile().ShouldBe(state);
    }

    [Fact]
    public void A_large_cache_is_mapped_whole_again()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < 40; i++)
        {
            _rig.StoreTurn(BitConverter.GetBytes(i), new byte[1 << 20]).ShouldBe(CacheAnswer.Done);
        }

        _rig.Caches.Dispose();
        Reopen(CacheRig.FirstBoot);

        _rig.Find(BitConverter.GetBytes(39))!.Length.ShouldBe(1 << 20);
        _rig.StoreTurn("more"u8, new byte[1 << 20]).ShouldBe(CacheAnswer.Done);
        _rig.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cut behind its meta pages", "it was cut short")]
    [InlineData("its last page in use cut", "it was cut short")]
    [InlineData("half of it overwritten", "it is damaged, or not an LMDB file")]
    [InlineData("random bytes", "it is damaged, or not an LMDB file")]
    public void A_file_that_was_changed_meanwhile_is_found_before_it_is_mapped(string kind, string reason)
    {
        Fill();
        _rig.Caches.Dispose();
        byte[] bytes = File.ReadAllBytes(_rig.File);
        switch (kind)
        {
            case "cut behind its meta pages":
                bytes = bytes[..8192];
                break;
            case "its last page in use cut":
                bytes = bytes[..(LastUsedPage(bytes) * LightningEnvironment.PageBytes)];
                break;
            case "half of it overwritten":
                bytes.AsSpan(bytes.Length / 2).Fill(0xa5);
                break;
            default:
                new System.Random(1).NextBytes(bytes);
                break;
        }

        File.WriteAllBytes(_rig.File, bytes);
        Reopen(CacheRig.FirstBoot);

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: {reason} -- starting with an empty cache"]);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheAnswer.Done);
    }

    [Fact]
    public void A_file_that_takes_too_long_to_examine_is_emptied()
    {
        Fill();
        _rig.Caches.Dispose();
        _rig.Context = _rig.Context with { Clock = new HastyClock(TimeSpan.FromSeconds(1.5)) };

        Reopen(CacheRig.FirstBoot);

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: examining the caches takes more than 1 s "
            + "-- starting with an empty cache"]);
        _rig.Smtpd.IsAvailable.ShouldBeTrue();
    }

    [Fact]
    public void The_time_for_examining_is_one_for_all_files()
    {
        Fill();
        _rig.Caches.Dispose();
        using SafeFileHandle file = File.OpenHandle(_rig.File);
        int descriptor = (int)file.DangerousGetHandle();
        ExaminationTime time = new(new HastyClock(TimeSpan.FromMilliseconds(10)));

        time.Examine(descriptor).ShouldBe(LightningFileKind.Ours);
        for (int i = 0; i < 100; i++)
        {
            time.Examine(descriptor);
        }

        time.Examine(descriptor).ShouldBe(LightningFileKind.TooLong);
    }

    [Fact]
    public void A_damaged_session_is_not_served_and_is_told_once_a_minute()
    {
        Fill();
        _rig.Caches.Dispose();
        byte[] bytes = File.ReadAllBytes(_rig.File);
        for (int i = 0; i < 4; i++)
        {
            // In every version of the session that pages still hold.
            byte[] session = Session(i);
            for (int place = bytes.AsSpan().IndexOf(session); place >= 0; place = bytes.AsSpan().IndexOf(session))
            {
                bytes[place + 100] ^= 1;
            }
        }

        File.WriteAllBytes(_rig.File, bytes);
        Reopen(CacheRig.FirstBoot);

        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Find("id-1"u8).ShouldBeNull();
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Clock.Advance(TimeSpan.FromSeconds(59));
        _rig.Find("id-2"u8).ShouldBeNull();
        string warning = $"Warning: smtpd TLS cache btree:{_rig.Root}/smtpd: a session is damaged -- removed";
        _rig.Lines.ShouldBe([warning]);
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        _rig.Find("id-3"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([warning, warning]);
        _rig.Find("id-4"u8).ShouldBe(Session(4));
    }

    [Fact]
    public void A_session_under_the_key_of_another_is_not_served()
    {
        _rig.OpenSmtpd();
        _rig.StoreTurn("id-a"u8, "the session of a"u8);
        _rig.StoreTurn("id-b"u8, "the session of b"u8);
        _rig.Caches.Dispose();
        byte[] bytes = File.ReadAllBytes(_rig.File);
        Replace(bytes, "iid-a"u8, "iid-x"u8);
        Replace(bytes, "iid-b"u8, "iid-a"u8);
        Replace(bytes, "iid-x"u8, "iid-b"u8);
        File.WriteAllBytes(_rig.File, bytes);

        Reopen(CacheRig.FirstBoot);

        _rig.Find("id-a"u8).ShouldBeNull();
        _rig.Find("id-b"u8).ShouldBeNull();
        _rig.Lines.Count.ShouldBe(1);
    }

    private static void Replace(byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        for (int place = bytes.AsSpan().IndexOf(old); place >= 0; place = bytes.AsSpan().IndexOf(old))
        {
            replacement.CopyTo(bytes.AsSpan(place));
        }
    }

    private static byte[][] Ids() => [.. Enumerable.Range(0, 300).Select(i => Encoding.ASCII.GetBytes($"id-{i}"))];

    private static byte[] Session(int number)
    {
        byte[] session = new byte[200 + (number * 13)];
        new System.Random(number).NextBytes(session);
        return session;
    }

    private void Fill(int timeoutSeconds = 3600)
    {
        _rig.OpenSmtpd(timeoutSeconds);
        foreach ((int i, byte[] id) in Ids().Index())
        {
            _rig.StoreTurn(id, Session(i)).ShouldBe(CacheAnswer.Done);
        }
    }

    private void Stop()
    {
        _rig.Caches.SyncToDisk();
        _rig.Caches.Dispose();
    }

    private void ShouldHaveAll()
    {
        foreach ((int i, byte[] id) in Ids().Index())
        {
            _rig.Find(id).ShouldBe(Session(i));
        }

        _rig.Lines.ShouldBeEmpty();
    }

    private void Reopen(string bootId, int timeoutSeconds = 3600)
    {
        _rig.Context = _rig.Context with { BootId = bootId };
        _rig.OpenSmtpd(timeoutSeconds);
    }

    /// <summary>Leaves the file as a process leaves it that is killed: nothing more is written, the lock is gone.</summary>
    private void Crash()
    {
        byte[] bytes = File.ReadAllBytes(_rig.File);
        _rig.Caches.Dispose();
        File.WriteAllBytes(_rig.File, bytes);
    }

    private CacheState StateOfFile()
    {
        int descriptor = FileDescriptor.Open(_rig.File, OpenFlags.ReadOnly);
        CacheState? state = CacheState.Read(descriptor);
        FileDescriptor.Close(descriptor);
        return state!.Value;
    }

    /// <summary>The highest page that is not free: the file without it is not whole.</summary>
    private static int LastUsedPage(byte[] bytes)
    {
        string path = Path.GetTempFileName();
        int page = bytes.Length / LightningEnvironment.PageBytes;
        LightningFileKind kind;
        do
        {
            page--;
            File.WriteAllBytes(path, bytes[..(page * LightningEnvironment.PageBytes)]);
            int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
            kind = LightningFile.Examine(descriptor, () => false);
            FileDescriptor.Close(descriptor);
        }
        while (kind == LightningFileKind.Ours);

        File.Delete(path);
        return page;
    }

    /// <summary>A clock that jumps ahead by a second and a half whenever it is looked at.</summary>
    private sealed class HastyClock(TimeSpan step) : TimeProvider
    {
        private long _timestamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp += step.Ticks;
    }
}
