using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using TlsMgr.Sessions.Files;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Which sessions the next process finds after a reload, a stop or a crash.</summary>
public sealed class CachePersistenceTests : IDisposable
{
    private const string MachineWentDown = "the machine went down while it was in use -- starting with an empty cache";
    private const string CannotBeTold =
        "it was in use, and whether the machine went down since cannot be told -- starting with an empty cache";

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Sessions_survive_a_reload()
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
    public void Sessions_survive_a_stop_and_a_restart_of_the_machine(string nextBoot)
    {
        Fill();
        Stop();

        Reopen(nextBoot);

        ShouldHaveAll();
    }

    [Fact]
    public void Sessions_survive_a_crash_of_the_process()
    {
        Fill();
        Crash();

        Reopen(CacheRig.FirstBoot);

        ShouldHaveAll();
    }

    [Theory]
    [InlineData("")]
    [InlineData(CacheRig.SecondBoot)]
    public void Sessions_survive_a_reload_and_then_a_restart_of_the_machine_without_a_start_in_between(string nextBoot)
    {
        Fill();
        _rig.Caches.Dispose();

        Reopen(nextBoot);

        ShouldHaveAll();
        _rig.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void No_session_survives_a_reload_whose_file_did_not_reach_the_disk_when_the_machine_went_down()
    {
        Fill();
        _rig.Caches.Dispose();
        byte[] content = File.ReadAllBytes(_rig.File);
        content.AsSpan(^4096..).Clear();
        File.WriteAllBytes(_rig.File, content);

        Reopen(CacheRig.SecondBoot);

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: {MachineWentDown}"]);
        _rig.Find("id-0"u8).ShouldBeNull();
    }

    [Fact]
    public void A_released_file_that_was_changed_since_is_not_taken_for_released()
    {
        Fill();
        _rig.Caches.Dispose();
        Reopen(CacheRig.FirstBoot);
        _rig.StoreTurn("id-0"u8, "new"u8).ShouldBe(CacheResult.Done);
        Crash();

        Reopen(CacheRig.SecondBoot);

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: {MachineWentDown}"]);
    }

    [Theory]
    [InlineData(CacheRig.FirstBoot, CacheRig.SecondBoot, MachineWentDown)]
    [InlineData(CacheRig.FirstBoot, "", CannotBeTold)]
    [InlineData("", "", CannotBeTold)]
    [InlineData("since 1700000000", "since 1700000100", CannotBeTold)]
    public void No_session_survives_a_crash_of_the_machine(string boot, string nextBoot, string reason)
    {
        _rig.Context = _rig.Context with { BootId = boot };
        Fill();
        Crash();

        Reopen(nextBoot);

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: {reason}"]);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.StoreTurn("id-0"u8, "new"u8).ShouldBe(CacheResult.Done);
    }

    [Fact]
    public void After_a_restart_a_crash_of_the_machine_discards_older_sessions_too()
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
    public void Without_persistence_no_session_is_kept()
    {
        _rig.Context = _rig.Context with { Persists = false };
        Fill();
        _rig.Caches.Dispose();
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Caches.Dispose();

        // A later process with persistence does not use these sessions either.
        Fill();
        _rig.Caches.Dispose();
        _rig.Context = _rig.Context with { Persists = true };
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Caches.Dispose();

        // A process without persistence does not use the sessions of one with it.
        Fill();
        _rig.Caches.Dispose();
        _rig.Context = _rig.Context with { Persists = false };
        Reopen(CacheRig.FirstBoot);
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Sessions_that_expire_between_processes_are_not_found_and_are_swept()
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
    public void The_next_process_can_start_before_the_previous_one_has_flushed()
    {
        Fill();
        SessionCaches leaving = _rig.Caches;
        leaving.ReleaseFiles();
        Reopen(CacheRig.FirstBoot);
        _rig.StoreTurn("new"u8, "x"u8).ShouldBe(CacheResult.Done);
        CacheState inUse = StateOfFile();

        leaving.SyncToDisk();

        // The previous process has not marked it closed: the next one is writing, and the machine may crash.
        StateOfFile().ShouldBe(inUse);
        inUse.IsClosed.ShouldBeFalse();
        ShouldHaveAll();
    }

    [Fact]
    public void The_next_process_can_crash_before_the_previous_one_has_flushed()
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
    public void Every_start_writes_a_new_run_number()
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
    public void LMDB_does_not_overwrite_the_state()
    {
        Fill();
        CacheState state = StateOfFile();
        for (int i = 0; i < 40; i++)
        {
            _rig.StoreTurn(BitConverter.GetBytes(i), new byte[1 << 20]).ShouldBe(CacheResult.Done);
        }

        StateOfFile().ShouldBe(state);
    }

    [Fact]
    public void A_large_cache_is_mapped_completely_by_the_next_process()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < 40; i++)
        {
            _rig.StoreTurn(BitConverter.GetBytes(i), new byte[1 << 20]).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.Dispose();
        Reopen(CacheRig.FirstBoot);

        _rig.Find(BitConverter.GetBytes(39))!.Length.ShouldBe(1 << 20);
        _rig.StoreTurn("more"u8, new byte[1 << 20]).ShouldBe(CacheResult.Done);
        _rig.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cut behind its meta pages", "it was cut short")]
    [InlineData("its last page in use cut", "it was cut short")]
    [InlineData("half of it overwritten", "it is damaged, or not an LMDB file")]
    [InlineData("random bytes", "it is damaged, or not an LMDB file")]
    public void A_file_changed_between_processes_is_detected_before_it_is_mapped(string kind, string reason)
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
                bytes = bytes[..(LastUsedPage(bytes) * LmdbPageSize.SmallestBytes)];
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
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
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
            _rig.StoreTurn(id, Session(i)).ShouldBe(CacheResult.Done);
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

    /// <summary>Leaves the file as a killed process does: without further writes, and unlocked.</summary>
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

    /// <summary>The highest page in use: the file without it is incomplete.</summary>
    private static int LastUsedPage(byte[] bytes)
    {
        string path = Path.GetTempFileName();
        int page = bytes.Length / LmdbPageSize.SmallestBytes;
        LmdbFileKind kind;
        do
        {
            page--;
            File.WriteAllBytes(path, bytes[..(page * LmdbPageSize.SmallestBytes)]);
            int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
            kind = LmdbFile.Examine(descriptor);
            FileDescriptor.Close(descriptor);
        }
        while (kind == LmdbFileKind.Ours);

        File.Delete(path);
        return page;
    }
}
