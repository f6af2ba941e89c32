using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

public sealed class LmdbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-lmdb-").FullName;
    private readonly LmdbEnvironment _environment;
    private readonly LmdbDatabase _database;

    public LmdbTests()
    {
        LmdbEnvironment.Open(Path.Combine(_directory, "x"), 1 << 20, out LmdbEnvironment? environment)
            .ShouldBe(MDBResultCode.Success);
        _environment = environment!;
        LmdbTransaction transaction = BeginWrite();
        transaction.OpenDatabase("test", out _database).ShouldBe(MDBResultCode.Success);
        transaction.Commit().ShouldBe(MDBResultCode.Success);
    }

    public void Dispose()
    {
        _environment.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void What_is_committed_is_found_and_what_is_aborted_is_not()
    {
        LmdbTransaction transaction = BeginWrite();
        Put(transaction, "a", "one").ShouldBe(MDBResultCode.Success);
        transaction.Commit().ShouldBe(MDBResultCode.Success);
        transaction = BeginWrite();
        Put(transaction, "b", "two").ShouldBe(MDBResultCode.Success);
        transaction.Delete(_database, "a"u8).ShouldBe(MDBResultCode.Success);
        transaction.Abort();

        transaction = BeginRead();
        transaction.Get(_database, "a"u8, out ReadOnlySpan<byte> value).ShouldBe(MDBResultCode.Success);
        Encoding.ASCII.GetString(value).ShouldBe("one");
        transaction.Get(_database, "b"u8, out value).ShouldBe(MDBResultCode.NotFound);
        value.IsEmpty.ShouldBeTrue();
        transaction.Abort();
    }

    [Fact]
    public void A_reader_sees_the_data_as_of_its_renewal()
    {
        LmdbTransaction reader = BeginRead();
        reader.Reset();
        LmdbTransaction writer = BeginWrite();
        Put(writer, "a", "one");
        writer.Commit();

        reader.Get(_database, "a"u8, out _).ShouldNotBe(MDBResultCode.Success);
        reader.Renew().ShouldBe(MDBResultCode.Success);
        reader.Get(_database, "a"u8, out _).ShouldBe(MDBResultCode.Success);
        reader.Abort();
    }

    [Fact]
    public void A_cursor_goes_in_the_order_of_keys()
    {
        LmdbTransaction transaction = BeginWrite();
        foreach (string key in (string[])["b", "c", "a", "aa"])
        {
            Put(transaction, key, key + "!");
        }

        List<string> seen = [];
        transaction.OpenCursor(_database, out LmdbCursor cursor).ShouldBe(MDBResultCode.Success);
        MDBResultCode code = cursor.First(out ReadOnlySpan<byte> found, out ReadOnlySpan<byte> value);
        while (code == MDBResultCode.Success)
        {
            seen.Add(Encoding.ASCII.GetString(found) + Encoding.ASCII.GetString(value));
            code = cursor.Next(out found, out value);
        }

        code.ShouldBe(MDBResultCode.NotFound);
        seen.ShouldBe(["aa!", "aaaa!", "bb!", "cc!"]);
        cursor.SetRange("ab"u8, out found, out _).ShouldBe(MDBResultCode.Success);
        Encoding.ASCII.GetString(found).ShouldBe("b");
        cursor.SetRange("d"u8, out _, out _).ShouldBe(MDBResultCode.NotFound);
        cursor.Close();
        transaction.Abort();
    }

    [Fact]
    public void A_full_map_is_an_answer_and_a_larger_one_has_room()
    {
        LmdbTransaction transaction = BeginWrite();
        transaction.Reserve(_database, "big"u8, 2 << 20, out Span<byte> room).ShouldBe(MDBResultCode.MapFull);
        room.IsEmpty.ShouldBeTrue();
        transaction.Abort();

        _environment.SetMapSize(4 << 20).ShouldBe(MDBResultCode.Success);
        _environment.MapSizeBytes.ShouldBe(4 << 20);
        transaction = BeginWrite();
        transaction.Reserve(_database, "big"u8, 2 << 20, out room).ShouldBe(MDBResultCode.Success);
        room.Length.ShouldBe(2 << 20);
        transaction.GetLiveBytes(_database).ShouldBeGreaterThan(2 << 20);
        transaction.Commit().ShouldBe(MDBResultCode.Success);
        _environment.UsedBytes.ShouldBeGreaterThan(2 << 20);
    }

    [Fact]
    public void An_ended_transaction_answers_with_an_error()
    {
        LmdbTransaction transaction = BeginWrite();
        transaction.IsOpen.ShouldBeTrue();
        transaction.Commit().ShouldBe(MDBResultCode.Success);

        transaction.IsOpen.ShouldBeFalse();
        ((int)transaction.Commit()).ShouldBe(Errno.InvalidArgument);
        ((int)transaction.Get(_database, "a"u8, out _)).ShouldBe(Errno.InvalidArgument);
        ((int)transaction.Delete(_database, "a"u8)).ShouldBe(Errno.InvalidArgument);
        ((int)transaction.OpenCursor(_database, out LmdbCursor cursor)).ShouldBe(Errno.InvalidArgument);
        ((int)cursor.First(out _, out _)).ShouldBe(Errno.InvalidArgument);
        transaction.Abort();
    }

    [Fact]
    public void Codes_have_the_texts_of_LMDB_and_of_the_system()
    {
        MDBResultCode.MapFull.Describe().ShouldStartWith("MDB_MAP_FULL");
        ((MDBResultCode)Errno.NoSpace).Describe().ShouldBe("No space left on device");
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_an_answer()
    {
        LmdbEnvironment.Open(Path.Combine(_directory, "no", "x"), 1 << 20, out LmdbEnvironment? environment)
            .ShouldBe((MDBResultCode)Errno.NoEntry);
        environment.ShouldBeNull();
    }

    [Fact]
    public void Files_are_told_apart_without_opening_them()
    {
        LmdbTransaction transaction = BeginWrite();
        for (int i = 0; i < 100; i++)
        {
            Put(transaction, $"key-{i}", new string('x', 1000));
        }

        transaction.Commit();
        byte[] sound = File.ReadAllBytes(Path.Combine(_directory, "x"));
        Identify(sound).ShouldBe(LmdbFileKind.Ours);
        Identify(sound, "tess").ShouldBe(LmdbFileKind.Foreign);
        Identify(sound, "tests").ShouldBe(LmdbFileKind.Foreign);
        Identify([]).ShouldBe(LmdbFileKind.Empty);
        Identify([1]).ShouldBe(LmdbFileKind.Damaged);
        Identify(new byte[100_000]).ShouldBe(LmdbFileKind.Damaged);
        Identify(sound[..8191]).ShouldBe(LmdbFileKind.Damaged);
        Identify(sound[..8192]).ShouldBe(LmdbFileKind.CutShort);
        foreach (int place in (int[])[0, 10, 16, 20, 40, 4096, 4106, 4112, 4116, 4136])
        {
            byte[] flipped = [.. sound];
            flipped[place] ^= 0x40;
            Identify(flipped).ShouldBe(LmdbFileKind.Damaged, $"byte {place}");
        }
    }

    [Fact]
    public void No_bytes_of_the_pages_that_are_read_can_do_harm()
    {
        byte[] sound = File.ReadAllBytes(Path.Combine(_directory, "x"));
        System.Random random = new(20261121);
        HashSet<LmdbFileKind> kinds = [];
        for (int round = 0; round < 3000; round++)
        {
            byte[] changed = [.. sound];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                // Headers, meta data and the first entries of a random page.
                int place = (random.Next(sound.Length / 4096) * 4096) + random.Next(160);
                changed[place] = (byte)random.Next(256);
            }

            kinds.Add(Identify(changed));
        }

        kinds.ShouldContain(LmdbFileKind.Damaged);
        kinds.ShouldContain(LmdbFileKind.Ours);
        kinds.ShouldContain(LmdbFileKind.Foreign);
    }

    private LmdbFileKind Identify(byte[] content, string name = "test")
    {
        string path = Path.Combine(_directory, "examined");
        File.WriteAllBytes(path, content);
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Identify(descriptor, Encoding.UTF8.GetBytes(name));
        FileDescriptor.Close(descriptor);
        return kind;
    }

    private MDBResultCode Put(LmdbTransaction transaction, string key, string value)
    {
        MDBResultCode code = transaction.Reserve(
            _database, Encoding.ASCII.GetBytes(key), value.Length, out Span<byte> room);
        Encoding.ASCII.GetBytes(value, room);
        return code;
    }

    private LmdbTransaction BeginWrite() => Begin(TransactionBeginFlags.None);

    private LmdbTransaction BeginRead() => Begin(TransactionBeginFlags.ReadOnly);

    private LmdbTransaction Begin(TransactionBeginFlags flags)
    {
        _environment.BeginTransaction(flags, out LmdbTransaction transaction).ShouldBe(MDBResultCode.Success);
        return transaction;
    }
}
