using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>An examination that skips leaf pages reads all others, and finds what is wrong with them.</summary>
public sealed class LmdbLeafSkipTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;
    private const int Entries = 3000;
    private const ushort BranchFlag = 1;
    private const ushort LeafFlag = 2;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-skip-").FullName;
    private readonly byte[] _sound;

    public LmdbLeafSkipTests() => _sound = Make();

    private string FilePath => Path.Combine(_directory, "x");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_sound_file_passes_with_fewer_reads()
    {
        Examine(_sound, skipsLeaves: true, out int steps).ShouldBe(LmdbFileKind.Ours);
        Examine(_sound, skipsLeaves: false, out int stepsWithLeaves).ShouldBe(LmdbFileKind.Ours);

        steps.ShouldBeLessThan(stepsWithLeaves / 5);
    }

    [Fact]
    public void A_file_is_read_in_its_order_once_the_walk_waits_for_the_disk()
    {
        const int PartBytes = 64 * 1024;
        int fast = CountSteps(TimeSpan.Zero);
        int slow = CountSteps(TimeSpan.FromMilliseconds(1));

        slow.ShouldBe(fast + ((_sound.Length + PartBytes - 1) / PartBytes));

        int CountSteps(TimeSpan delay)
        {
            Examine(_sound, skipsLeaves: false, out int steps, new SteppingClock(delay)).ShouldBe(LmdbFileKind.Ours);
            return steps;
        }
    }

    [Fact]
    public void Damage_in_a_leaf_page_of_a_database_is_not_looked_for()
    {
        byte[] damaged = [.. _sound];
        damaged[PagesOf(LeafFlag)[Entries / 20] * Page] ^= 1;

        Examine(damaged, skipsLeaves: true, out _).ShouldBe(LmdbFileKind.Ours);
        Examine(damaged, skipsLeaves: false, out _).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void Every_flipped_bit_in_the_head_of_a_branch_page_is_found()
    {
        List<int> branches = PagesOf(BranchFlag);
        branches.Count.ShouldBeGreaterThan(3);
        foreach (int page in branches)
        {
            foreach (int place in new[] { 0, 1, 7, 10, 11, 12, 13, 14, 15 })
            {
                byte[] damaged = [.. _sound];
                damaged[(page * Page) + place] ^= 1;
                Examine(damaged, skipsLeaves: true, out _).ShouldBe(
                    LmdbFileKind.Damaged, $"byte {place} of page {page}");
            }
        }
    }

    [Fact]
    public void A_child_that_two_branches_have_is_found()
    {
        int page = PagesOf(BranchFlag)[0];
        byte[] damaged = [.. _sound];
        Span<byte> branch = damaged.AsSpan(page * Page, Page);
        int first = BinaryPrimitives.ReadUInt16LittleEndian(branch[16..]);
        int second = BinaryPrimitives.ReadUInt16LittleEndian(branch[18..]);
        branch.Slice(first, 6).CopyTo(branch[second..]);

        Examine(damaged, skipsLeaves: true, out _).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void Keys_of_a_branch_out_of_order_are_found()
    {
        int page = PagesOf(BranchFlag)[0];
        byte[] damaged = [.. _sound];
        Span<byte> branch = damaged.AsSpan(page * Page, Page);
        int second = BinaryPrimitives.ReadUInt16LittleEndian(branch[18..]);
        branch[second + 8] = 0xff;

        Examine(damaged, skipsLeaves: true, out _).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void A_leaf_page_behind_the_end_of_the_file_is_found()
    {
        int last = int.Max(PagesOf(LeafFlag)[^1], PagesOf(BranchFlag)[^1]);

        Examine(_sound[..(last * Page)], skipsLeaves: true, out _).ShouldBe(LmdbFileKind.CutShort);
    }

    private byte[] Make()
    {
        LmdbEnvironment.Open(FilePath, 64 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
        transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
        byte[] key = new byte[64];
        for (int i = 0; i < Entries; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, i * 0x10000);
            transaction.Reserve(database, key, 1500, out Span<byte> room).ShouldBe(MDBResultCode.Success);
            room.Clear();
        }

        transaction.Commit().ShouldBe(MDBResultCode.Success);
        environment.Dispose();
        return File.ReadAllBytes(FilePath);
    }

    private List<int> PagesOf(ushort kind)
    {
        List<int> pages = [];
        for (int page = 2; page < _sound.Length / Page; page++)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(_sound.AsSpan(page * Page)) == (ulong)page
                && BinaryPrimitives.ReadUInt16LittleEndian(_sound.AsSpan((page * Page) + 10)) == kind)
            {
                pages.Add(page);
            }
        }

        return pages;
    }

    private LmdbFileKind Examine(byte[] content, bool skipsLeaves, out int steps, TimeProvider? clock = null)
    {
        File.WriteAllBytes(FilePath, content);
        int descriptor = FileDescriptor.Open(FilePath, OpenFlags.ReadOnly);
        LmdbExamination examination = new(descriptor, skipsLeaves, clock);
        for (steps = 1; examination.Step(); steps++)
        {
        }

        FileDescriptor.Close(descriptor);
        return examination.Kind;
    }

    /// <summary>A clock that advances by a step whenever it is read.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _timestamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp += step.Ticks;
    }
}
