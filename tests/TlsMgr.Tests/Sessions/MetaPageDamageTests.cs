using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>
/// One flipped bit in the two meta pages of a cache file is found, or does no harm: no session is lost but those of the
/// last turn, and new ones are kept.
/// </summary>
public sealed class MetaPageDamageTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;
    private const int MetaBytes = 152;
    private const int StateBytes = 124;
    private const int Sessions = 12;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_flipped_bit_that_is_read_is_found_or_harmless(int page)
    {
        byte[] sound = Make(page);
        int found = 0;
        int stateEnd = page == 0 ? LmdbFile.SpareOffset + StateBytes : 0;
        for (int place = 0; place < int.Max(MetaBytes, stateEnd); place++)
        {
            bool isRead = place is < MetaBytes or >= LmdbFile.SpareOffset;
            for (int bit = 0; bit < 8 && isRead; bit++)
            {
                found += IsFound(sound, (page * Page) + place, bit) ? 1 : 0;
            }
        }

        found.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void Every_flipped_bit_of_the_trust_record_is_found_or_harmless()
    {
        byte[] sound = Make(0);
        for (int place = LmdbFile.SpareOffset + StateBytes; place < Page; place++)
        {
            IsFound(sound, place, place % 8);
        }
    }

    [Fact]
    public void What_LMDB_and_the_daemon_do_not_read_does_no_harm()
    {
        byte[] sound = Make(0);
        for (int place = MetaBytes; place < 2 * Page; place += 97)
        {
            if (place % Page >= MetaBytes && place is < LmdbFile.SpareOffset or >= Page)
            {
                IsFound(sound, place, place % 8).ShouldBeFalse();
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Transactions_that_are_no_neighbours_are_found(int page)
    {
        // Bit 1 can make the one before the last the last: another sound snapshot.
        byte[] sound = Make(0);
        foreach (int bit in Enumerable.Range(0, 64).Where(bit => bit != 1))
        {
            IsFound(sound, (page * Page) + 144 + (bit / 8), bit % 8).ShouldBeTrue($"bit {bit}");
        }
    }

    [Fact]
    public void A_last_page_far_behind_the_end_of_the_file_is_found()
    {
        // 297 became 131369 in 1.2 MB: taken for sound, and no update was kept, start after start.
        byte[] sound = Make(0);
        int force = InForce(sound);
        foreach (int bit in Enumerable.Range(6, 20))
        {
            IsFound(sound, (force * Page) + 136 + (bit / 8), bit % 8).ShouldBeTrue($"bit {bit}");
        }
    }

    /// <summary>Makes a file whose meta page in force is this one.</summary>
    private byte[] Make(int page)
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < Sessions; i++)
        {
            _rig.StoreTurn(Id(i), new byte[500]).ShouldBe(CacheResult.Done);
        }

        // Turns that change nothing which is looked for below: the last one may be lost.
        for (int i = 0; InForce(File.ReadAllBytes(_rig.File)) != page || i < 2; i++)
        {
            _rig.StoreTurn("last"u8, new byte[i]).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.Dispose();
        return File.ReadAllBytes(_rig.File);
    }

    private static int InForce(byte[] file) =>
        BitConverter.ToUInt64(file, 144) > BitConverter.ToUInt64(file, Page + 144) ? 0 : 1;

    /// <summary>Opens the file with one bit flipped; returns whether that was found.</summary>
    private bool IsFound(byte[] sound, int place, int bit)
    {
        string what = $"byte {place % Page} of page {place / Page}, bit {bit}";
        byte[] damaged = [.. sound];
        damaged[place] ^= (byte)(1 << bit);
        File.WriteAllBytes(_rig.File, damaged);
        _rig.Lines.Clear();
        _rig.OpenSmtpd().IsReady.ShouldBeTrue(what);
        int kept = Enumerable.Range(0, Sessions).Count(i => _rig.Find(Id(i)) is not null);
        kept.ShouldBe(_rig.Lines.Count == 0 ? Sessions : 0, $"{what}: {string.Join('\n', _rig.Lines)}");
        _rig.Lines.Count.ShouldBeLessThan(2, what);
        bool isFound = _rig.Lines.Count == 1;
        _rig.StoreTurn(Id(Sessions), new byte[500]).ShouldBe(CacheResult.Done, what);

        _rig.Caches.Dispose();
        int descriptor = FileDescriptor.Open(_rig.File, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Examine(descriptor);
        FileDescriptor.Close(descriptor);
        kind.ShouldBe(LmdbFileKind.Ours, what);
        return isFound;
    }

    private static byte[] Id(int number) => BitConverter.GetBytes(number);
}
