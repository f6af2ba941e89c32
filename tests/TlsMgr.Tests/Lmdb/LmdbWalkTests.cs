using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Whether a whole file can be mapped, found out by reading.</summary>
public sealed class LmdbWalkTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-walk-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1, 200, 60)]
    [InlineData(2, 2500, 60)]
    [InlineData(3, 15000, 40)]
    [InlineData(4, 8, 3)]
    public void Whatever_LMDB_makes_of_changes_is_sound_after_each_commit(int seed, int longestValue, int longestKey)
    {
        System.Random random = new(seed);
        using Store store = new(Path.Combine(_directory, "x"));
        for (int turn = 0; turn < 200; turn++)
        {
            // Grows for the first half, and shrinks to nothing in the second.
            int growing = turn < 100 ? 75 : 20;
            store.Change(random, random.Next(1, 60), growing, longestValue, longestKey);
            Examine(store.Path).ShouldBe(LmdbFileKind.Ours, $"turn {turn}");
        }

        store.RemoveAll();
        Examine(store.Path).ShouldBe(LmdbFileKind.Ours);
    }

    [Fact]
    public void Random_damage_is_found_or_does_no_harm()
    {
        System.Random random = new(20261121);
        string path = Path.Combine(_directory, "x");
        using (Store store = new(path))
        {
            for (int turn = 0; turn < 40; turn++)
            {
                store.Change(random, 30, growing: 70, longestValue: 3000, longestKey: 40);
            }
        }

        byte[] sound = File.ReadAllBytes(path);
        Dictionary<LmdbFileKind, int> kinds = [];
        for (int round = 0; round < 500; round++)
        {
            byte[] changed = [.. sound];
            for (int i = random.Next(1, 3); i > 0; i--)
            {
                // Mostly heads of pages and nodes, sometimes anything.
                int place = random.Next(3) == 0 ? random.Next(sound.Length) : (random.Next(sound.Length / Page) * Page) + random.Next(40);
                changed[place] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, changed);
            LmdbFileKind kind = Examine(path);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            if (kind == LmdbFileKind.Ours)
            {
                // A crash here would end the test run.
                using Store store = new(path);
                store.Change(random, 60, growing: 50, longestValue: 3000, longestKey: 40);
                store.RemoveAll();
            }
        }

        kinds[LmdbFileKind.Ours].ShouldBeGreaterThan(50);
        kinds[LmdbFileKind.Damaged].ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Every_page_of_a_tree_that_is_lost_is_found()
    {
        string path = MakeSample();
        byte[] sound = File.ReadAllBytes(path);
        int found = 0;
        for (int page = 0; page < sound.Length / Page; page++)
        {
            byte[] changed = [.. sound];
            changed.AsSpan(page * Page, Page).Clear();
            File.WriteAllBytes(path, changed);
            found += Examine(path) == LmdbFileKind.Damaged ? 1 : 0;
        }

        // The others are free, or inside of large values.
        found.ShouldBeGreaterThan(sound.Length / Page / 4);
    }

    [Fact]
    public void A_file_that_lacks_a_page_in_use_was_cut_short()
    {
        string path = MakeSample();
        byte[] sound = File.ReadAllBytes(path);
        bool isCut = false;
        for (int pages = sound.Length / Page; pages >= 2; pages--)
        {
            File.WriteAllBytes(path, sound[..(pages * Page)]);
            LmdbFileKind kind = Examine(path);
            isCut |= kind == LmdbFileKind.CutShort;
            kind.ShouldBe(isCut ? LmdbFileKind.CutShort : LmdbFileKind.Ours);
        }

        isCut.ShouldBeTrue();
    }

    [Fact]
    public void What_stands_under_the_name_of_a_database_is_a_database()
    {
        // Found by fuzzing: the flag of a database's node was lost, and LMDB refused to open it at every start.
        const int FlagsBeforeName = 4;
        string path = MakeSample();
        byte[] bytes = File.ReadAllBytes(path);
        int lost = 0;
        for (int place = bytes.AsSpan().IndexOf("test"u8); place >= 0; place = After(place))
        {
            bytes[place - FlagsBeforeName] = 0;
            lost++;
        }

        File.WriteAllBytes(path, bytes);
        lost.ShouldBePositive();
        Examine(path).ShouldBe(LmdbFileKind.Damaged);

        int After(int place)
        {
            int next = bytes.AsSpan(place + 1).IndexOf("test"u8);
            return next < 0 ? -1 : place + 1 + next;
        }
    }

    [Fact]
    public void A_file_is_examined_in_steps_that_each_read_a_page_or_a_part_of_a_value()
    {
        const int StepBytes = 64 * 1024;
        string path = Path.Combine(_directory, "x");
        using (Store store = new(path))
        {
            for (int turn = 0; turn < 8; turn++)
            {
                store.Change(new System.Random(turn), 4, growing: 100, longestValue: 1 << 20, longestKey: 40);
            }
        }

        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
        LmdbExamination examination = new(descriptor);
        int steps = 1;
        while (examination.Step())
        {
            steps++;
        }

        FileDescriptor.Close(descriptor);
        examination.Kind.ShouldBe(LmdbFileKind.Ours);
        examination.Step().ShouldBeFalse("nothing is left");

        long fileBytes = new FileInfo(path).Length;
        fileBytes.ShouldBeGreaterThan(5 << 20);
        steps.ShouldBeGreaterThan((int)(fileBytes / StepBytes));
    }

    [Fact]
    public void An_emptied_file_is_the_same_as_a_new_one_under_a_map_that_was_made_before()
    {
        string made = Path.Combine(_directory, "new");
        LmdbEnvironment.Open(made, 1 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        environment!.Dispose();
        string path = MakeSample();
        LmdbEnvironment.Open(path, 1 << 20, out environment).ShouldBe(MDBResultCode.Success);
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadWrite);
        byte[] owners = [.. Enumerable.Repeat((byte)'o', LmdbFile.SpareBytes)];
        FileDescriptor.WriteAt(descriptor, owners, LmdbFile.SpareOffset);

        LmdbFile.Empty(descriptor, Page).ShouldBe(0);

        byte[] expected = File.ReadAllBytes(made);
        byte[] emptied = File.ReadAllBytes(path);
        emptied.AsSpan(LmdbFile.SpareOffset, owners.Length).SequenceEqual(owners).ShouldBeTrue();
        owners.CopyTo(expected.AsSpan(LmdbFile.SpareOffset));

        // The size of the map, which LMDB records and is told at each start.
        emptied.AsSpan(32, 8).CopyTo(expected.AsSpan(32));
        emptied.AsSpan(Page + 32, 8).CopyTo(expected.AsSpan(Page + 32));
        emptied.ShouldBe(expected);
        environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
        transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
        transaction.CountEntries(database).ShouldBe(0);
        transaction.Reserve(database, "key"u8, 100, out Span<byte> room).ShouldBe(MDBResultCode.Success);
        room.Clear();
        transaction.Commit().ShouldBe(MDBResultCode.Success);
        environment.Dispose();
        Examine(path).ShouldBe(LmdbFileKind.Ours);
        FileDescriptor.Close(descriptor);
    }

    private string MakeSample()
    {
        string path = Path.Combine(_directory, "sample");
        System.Random random = new(7);
        using Store store = new(path);
        for (int turn = 0; turn < 20; turn++)
        {
            store.Change(random, 30, growing: 80, longestValue: 5000, longestKey: 40);
        }

        return path;
    }

    private static LmdbFileKind Examine(string path)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Examine(descriptor);
        FileDescriptor.Close(descriptor);
        return kind;
    }

    /// <summary>An LMDB file with one database.</summary>
    private sealed class Store : IDisposable
    {
        private readonly LmdbEnvironment _environment;
        private readonly LmdbDatabase _database;

        internal Store(string path)
        {
            Path = path;
            LmdbEnvironment.Open(path, 256 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
            _environment = environment!;
            LmdbTransaction transaction = Begin();
            transaction.OpenDatabase("test", out _database).ShouldBe(MDBResultCode.Success);
            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        internal string Path { get; }

        /// <summary>Stores and removes in one transaction.</summary>
        internal void Change(System.Random random, int changes, int growing, int longestValue, int longestKey)
        {
            LmdbTransaction transaction = Begin();
            for (int i = 0; i < changes; i++)
            {
                byte[] key = Encoding.ASCII.GetBytes($"{random.Next(2000)}".PadLeft(random.Next(1, longestKey), 'k'));
                if (random.Next(100) < growing)
                {
                    transaction.Reserve(_database, key, random.Next(longestValue), out Span<byte> room)
                        .ShouldBe(MDBResultCode.Success);
                    random.NextBytes(room);
                }
                else
                {
                    transaction.Delete(_database, key);
                }
            }

            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        internal void RemoveAll()
        {
            LmdbTransaction transaction = Begin();
            transaction.OpenCursor(_database, out LmdbCursor cursor);
            List<byte[]> keys = [];
            for (MDBResultCode code = cursor.First(out ReadOnlySpan<byte> key, out _); code == MDBResultCode.Success;
                code = cursor.Next(out key, out _))
            {
                keys.Add(key.ToArray());
            }

            cursor.Close();
            keys.Select(key => transaction.Delete(_database, key)).ShouldAllBe(code => code == MDBResultCode.Success);
            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        public void Dispose() => _environment.Dispose();

        private LmdbTransaction Begin()
        {
            _environment.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction)
                .ShouldBe(MDBResultCode.Success);
            return transaction;
        }
    }
}
