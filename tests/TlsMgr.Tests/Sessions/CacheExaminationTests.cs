using System;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>A cache before and after the examination of its file.</summary>
[Collection(AloneCollection.Name)]
public sealed class CacheExaminationTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Before_it_is_ready_a_cache_is_cachable_and_finds_nothing()
    {
        Reopen();

        _rig.Smtpd.IsAvailable.ShouldBeTrue();
        _rig.Smtpd.IsReady.ShouldBeFalse();
        _rig.Smtpd.IsBeingExamined.ShouldBeTrue();
        _rig.Caches.Opened.ShouldBe([_rig.Smtpd]);
        _rig.Smtpd.Lookup("id-1"u8, out ReadOnlySpan<byte> session).ShouldBe(CacheResult.NotFound);
        session.IsEmpty.ShouldBeTrue();
        using (SessionPage page = _rig.Smtpd.OpenPage(default))
        {
            page.MoveNext().ShouldBeFalse();
        }

        _rig.Smtpd.FlushStep(default, out _, out _).ShouldBe(CacheResult.Fault);
        _rig.Caches.BackgroundStep();

        _rig.Smtpd.IsBeingExamined.ShouldBeFalse();
        _rig.Smtpd.IsReady.ShouldBeTrue();
        _rig.Find("id-1"u8).ShouldNotBeNull();
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Changes_are_held_and_made_in_their_order()
    {
        Reopen();
        int first = Held(_rig.Smtpd.Store("new"u8, "1"u8));
        int second = Held(_rig.Smtpd.Store("new"u8, "2"u8));
        int third = Held(_rig.Smtpd.Delete("id-1"u8));
        int fourth = Held(_rig.Smtpd.Delete("nobody"u8));
        ResultOf(first).ShouldBe(CacheResult.Held);

        _rig.Caches.BackgroundStep();

        new[] { first, second, third, fourth }.Select(ResultOf)
            .ShouldBe([CacheResult.Done, CacheResult.Done, CacheResult.Done, CacheResult.NotFound]);
        _rig.Find("new"u8).ShouldBe("2"u8.ToArray());
        _rig.Find("id-1"u8).ShouldBeNull();
        _rig.Find("id-2"u8).ShouldNotBeNull();
        _rig.Caches.Dispose();
        _rig.OpenSmtpd();
        _rig.Find("new"u8).ShouldNotBeNull("what was reported as done is in the file");
    }

    [Fact]
    public void A_client_that_waits_too_long_gets_a_fault_and_its_change_is_made()
    {
        Reopen();
        int held = Held(_rig.Smtpd.Store("new"u8, "1"u8));
        _rig.Clock.Advance(TimeSpan.FromMilliseconds(CacheLimits.HeldReplyMilliseconds - 1));
        ResultOf(held).ShouldBe(CacheResult.Held);
        _rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        ResultOf(held).ShouldBe(CacheResult.Fault);

        _rig.Caches.BackgroundStep();

        _rig.Find("new"u8).ShouldNotBeNull();
    }

    [Fact]
    public void Changes_beyond_the_limits_are_refused()
    {
        Reopen();
        for (int i = 0; i < CacheLimits.HeldChanges - 1; i++)
        {
            Held(_rig.Smtpd.Store(Encoding.ASCII.GetBytes($"new-{i}"), "1"u8));
        }

        _rig.Smtpd.Store("large"u8, new byte[CacheLimits.HeldBytes]).ShouldBe(CacheResult.Fault);
        Held(_rig.Smtpd.Store("last"u8, "1"u8));
        _rig.Smtpd.Store("one more"u8, "1"u8).ShouldBe(CacheResult.Fault);
        _rig.Caches.BackgroundStep();

        _rig.Find("new-0"u8).ShouldNotBeNull();
        _rig.Find("last"u8).ShouldNotBeNull();
        _rig.Find("one more"u8).ShouldBeNull();
    }

    [Fact]
    public void A_damaged_file_is_emptied_in_place_and_holds_the_changes()
    {
        byte[] file = Make();
        file.AsSpan(file.Length / 2).Fill(0xa5);
        File.WriteAllBytes(_rig.File, file);
        Open();
        int held = Held(_rig.Smtpd.Store("new"u8, "1"u8));
        _rig.Lines.ShouldBeEmpty();

        _rig.Caches.BackgroundStep();

        _rig.Lines.ShouldBe(
            [$"Warning: {_rig.File}: it is damaged, or not an LMDB file -- starting with an empty cache"]);
        ResultOf(held).ShouldBe(CacheResult.Done);
        _rig.Find("id-1"u8).ShouldBeNull();
        new FileInfo(_rig.File).Length.ShouldBeLessThan(file.Length);
        _rig.Caches.Dispose();
        _rig.OpenSmtpd();
        _rig.Find("new"u8).ShouldNotBeNull();
        _rig.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void A_cache_whose_file_cannot_be_emptied_is_off_and_its_changes_are_refused()
    {
        byte[] file = Make();
        file.AsSpan(file.Length / 2).Fill(0xa5);
        File.WriteAllBytes(_rig.File, file);
        Open();
        int held = Held(_rig.Smtpd.Store("new"u8, "1"u8));
        using (new FileSizeLimit(4096))
        {
            _rig.Caches.BackgroundStep();
        }

        string fault = $"open database {_rig.File}: File too large";
        _rig.Lines.ShouldBe(
        [
            $"Warning: {_rig.File}: it is damaged, or not an LMDB file -- starting with an empty cache",
            $"Error: {fault}", $"Warning: btree:{_rig.Root}/smtpd is unavailable. {fault}",
        ]);
        ResultOf(held).ShouldBe(CacheResult.Fault);
        _rig.Smtpd.IsAvailable.ShouldBeFalse();
        _rig.Smtpd.Lookup("id-1"u8, out _).ShouldBe(CacheResult.Fault);
        _rig.Smtpd.Store("id"u8, "1"u8).ShouldBe(CacheResult.Fault);
        _rig.Caches.EndTurn();
    }

    [Fact]
    public void Small_files_are_examined_first()
    {
        SessionCacheSettings large = new("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0");
        SessionCacheSettings small = new("smtp", $"btree:{_rig.Root}/smtp", 3600, "0");
        _rig.Open(large, small);
        Fill(sessionBytes: 10_000);
        _rig.Caches.Find("smtp"u8)!.Store("a"u8, "b"u8);
        _rig.Caches.EndTurn();
        _rig.Caches.Dispose();
        File.SetLastWriteTimeUtc(_rig.File, DateTime.UnixEpoch);
        SteppingClock clock = new(TimeSpan.FromMilliseconds(CacheLimits.ExaminationStepMilliseconds / 4.0));
        _rig.Context = _rig.Context with { Clock = clock };

        SessionCaches caches = _rig.OpenWithoutExamination(large, small);
        while (caches.Find("smtp"u8)!.IsBeingExamined)
        {
            _rig.Smtpd.IsBeingExamined.ShouldBeTrue();
            caches.BackgroundStep().ShouldBeTrue("there is more to examine");
        }

        _rig.Smtpd.IsBeingExamined.ShouldBeTrue();
        int steps = 0;
        for (; _rig.Smtpd.IsBeingExamined; steps++)
        {
            caches.BackgroundStep();
        }

        steps.ShouldBeGreaterThan(10, "a step reads for a limited time");
    }

    [Fact]
    public void Files_can_be_released_before_they_were_examined()
    {
        Reopen();
        Held(_rig.Smtpd.Store("new"u8, "1"u8));

        _rig.Caches.SyncToDisk();
        _rig.Caches.Dispose();
        _rig.OpenSmtpd();

        _rig.Find("id-1"u8).ShouldNotBeNull();
        _rig.Find("new"u8).ShouldBeNull("nobody was told that it is stored");
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Expired_sessions_are_removed_once_the_file_was_examined()
    {
        Make();
        _rig.Clock.Advance(TimeSpan.FromSeconds(4000));
        Open();
        _rig.Timers.RunDue();

        while (_rig.Caches.BackgroundStep())
        {
            _rig.Caches.EndTurn();
        }

        _rig.Caches.EndTurn();
        _rig.Smtpd.Figures.Entries.ShouldBe(0);
    }

    private int Held(CacheResult result)
    {
        result.ShouldBe(CacheResult.Held);
        return _rig.Smtpd.Held!.Last;
    }

    private CacheResult ResultOf(int number) => _rig.Smtpd.Held!.FindResult(number);

    private void Reopen()
    {
        Make();
        Open();
    }

    private void Open() =>
        _rig.OpenWithoutExamination(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0"));

    private byte[] Make()
    {
        _rig.OpenSmtpd();
        Fill();
        _rig.Caches.Dispose();
        return File.ReadAllBytes(_rig.File);
    }

    private void Fill(int sessionBytes = 500)
    {
        for (int i = 0; i < 200; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"id-{i}"), new byte[sessionBytes]).ShouldBe(CacheResult.Done);
        }
    }

    /// <summary>A clock that advances by a step whenever it is read.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _timestamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp += step.Ticks;
    }
}
