using System;
using System.IO;
using System.Text;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>
/// The leaf pages of a large file that its previous process handed over are not examined, by the real key service of
/// the kernel; when anything has happened to the file since, they are.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class CacheHandoverTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;
    private const int Sessions = 1000;
    private const int SessionBytes = 3000;

    // Every page is read in a step of its own: a thousand leaf pages, and some ten others.
    private const int StepsWithLeaves = 500;
    private const int StepsWithoutLeaves = 100;

    private readonly CacheRig _rig = new();

    public CacheHandoverTests()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < Sessions; i++)
        {
            _rig.Smtpd.Store(Id(i), new byte[SessionBytes]).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.EndTurn();
        _rig.Caches.Dispose();
        new FileInfo(_rig.File).Length.ShouldBeGreaterThan(CacheLimits.SmallFileBytes);
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_file_that_was_handed_over_is_examined_without_its_leaf_pages()
    {
        CountSteps().ShouldBeLessThan(StepsWithoutLeaves);
        ShouldFindAll();
    }

    [Fact]
    public void An_orderly_stop_hands_a_file_over_too()
    {
        CountSteps();
        _rig.Caches.SyncToDisk();
        _rig.Caches.Dispose();

        CountSteps().ShouldBeLessThan(StepsWithoutLeaves);
        ShouldFindAll();
    }

    [Fact]
    public void A_process_that_ends_before_the_examination_passes_on_what_was_handed_over()
    {
        for (int start = 0; start < 3; start++)
        {
            Open();
            _rig.Caches.Dispose();
        }

        CountSteps().ShouldBeLessThan(StepsWithoutLeaves);
    }

    [Fact]
    public void A_process_that_ends_within_the_examination_of_a_file_it_did_not_trust_hands_nothing_over()
    {
        Touch();
        Open();
        StepOnce();
        _rig.Smtpd.IsBeingExamined.ShouldBeTrue();
        _rig.Caches.Dispose();

        CountSteps().ShouldBeGreaterThan(StepsWithLeaves);
    }

    [Fact]
    public void A_process_that_was_killed_hands_nothing_over()
    {
        CountSteps();
        _rig.StoreTurn("new"u8, new byte[1]).ShouldBe(CacheResult.Done);
        byte[] asKilled = File.ReadAllBytes(_rig.File);
        _rig.Caches.Dispose();
        File.WriteAllBytes(_rig.File, asKilled);

        CountSteps().ShouldBeGreaterThan(StepsWithLeaves);
        ShouldFindAll();
    }

    public static TheoryData<string> Changes => ["content", "time", "mode", "copy", "size", "boot"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_file_to_which_something_happened_is_examined_completely(string change)
    {
        byte[] content = File.ReadAllBytes(_rig.File);
        DateTime time = File.GetLastWriteTimeUtc(_rig.File);
        switch (change)
        {
            case "content":
                File.WriteAllBytes(_rig.File, content);
                File.SetLastWriteTimeUtc(_rig.File, time);
                break;
            case "time":
                Touch();
                break;
            case "mode":
                File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead);
                File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                break;
            case "copy":
                File.Move(_rig.File, _rig.File + ".old");
                File.WriteAllBytes(_rig.File, content);
                File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                File.SetLastWriteTimeUtc(_rig.File, time);
                break;
            case "size":
                File.AppendAllBytes(_rig.File, new byte[Page]);
                break;
            default:
                _rig.Context = _rig.Context with { BootId = CacheRig.SecondBoot };
                break;
        }

        CountSteps().ShouldBeGreaterThan(StepsWithLeaves);
        ShouldFindAll();
    }

    [Fact]
    public void A_bit_that_flips_in_any_page_after_the_handover_is_found_or_harmless()
    {
        byte[] sound = File.ReadAllBytes(_rig.File);
        int found = 0;
        for (int place = 0; place < sound.Length; place += (sound.Length / 40) + 1)
        {
            // The head of the page: its number, its kind, the places of its nodes.
            int damaged = (place / Page * Page) + (place / Page % 20);
            File.WriteAllBytes(_rig.File, sound);
            CountSteps();
            _rig.Caches.Dispose();
            Flip(damaged);

            _rig.Lines.Clear();
            CountSteps();
            found += _rig.Lines.Count;
            int kept = _rig.Smtpd.Lookup(Id(0), out _) == CacheResult.Done ? 1 : 0;
            (kept + _rig.Lines.Count).ShouldBe(1, $"byte {damaged % Page} of page {damaged / Page}");
            _rig.Caches.Dispose();
        }

        found.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Small_files_are_not_handed_over()
    {
        _rig.OpenSmtpd();
        _rig.Caches.Dispose();
        File.Delete(_rig.File);
        _rig.OpenSmtpd();
        FileStatus.OfPath(_rig.File, out FileStatus status);
        (ulong device, ulong inode) = status.Identity;
        byte[] name = Encoding.ASCII.GetBytes($"tlsmgr:cache_file:{device:x}:{inode:x}\0");
        KernelKeyring.Remove(name);
        _rig.StoreTurn("id"u8, new byte[10]);
        _rig.Caches.Dispose();

        KernelKeyring.Load(name, new byte[100]).ShouldBeLessThan(0);
    }

    private static byte[] Id(int number) => BitConverter.GetBytes(number);

    private void Open() =>
        _rig.OpenWithoutExamination(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0"));

    /// <summary>Opens the caches and examines the file; returns the number of steps.</summary>
    private int CountSteps()
    {
        Open();
        int steps = 0;
        for (; _rig.Smtpd.IsBeingExamined; steps++)
        {
            StepOnce();
        }

        return steps;
    }

    private void StepOnce() => _rig.Caches.ExamineStep();

    private void ShouldFindAll()
    {
        for (int i = 0; i < Sessions; i++)
        {
            _rig.Smtpd.Lookup(Id(i), out ReadOnlySpan<byte> session).ShouldBe(CacheResult.Done);
            session.Length.ShouldBe(SessionBytes);
        }

        _rig.Caches.EndTurn();
        _rig.Lines.ShouldBeEmpty();
    }

    private void Touch() => File.SetLastWriteTimeUtc(_rig.File, DateTime.UnixEpoch);

    private void Flip(int place)
    {
        using FileStream file = File.Open(_rig.File, FileMode.Open);
        file.Position = place;
        int value = file.ReadByte();
        file.Position = place;
        file.WriteByte((byte)(value ^ 1));
    }
}
