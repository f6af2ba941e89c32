// A file with larger pages than the system's is made of the meta pages of an empty one: LMDB takes the size from there.

using System;
using System.Buffers.Binary;
using System.IO;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Files with the pages of systems with 16 and 64 KiB.</summary>
public sealed class LmdbPageSizeTests : IDisposable
{
    private const int PageSizeOffset = 40;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pages-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "x");

    public static TheoryData<int> Sizes => [4096, 8192, 16384, 32768];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Whatever_LMDB_makes_of_changes_is_sound_after_each_commit(int pageBytes)
    {
        Make(Path, pageBytes);
        System.Random random = new(pageBytes);
        LmdbEnvironment environment = Open(pageBytes);
        LmdbDatabase database = OpenDatabase(environment);
        for (int turn = 0; turn < 100; turn++)
        {
            Change(environment, database, random, growing: turn < 60 ? 80 : 10, longestValue: 3 * pageBytes);
            Examine().ShouldBe(LmdbFileKind.Ours, $"turn {turn}");
        }

        environment.UsedBytes.ShouldBeGreaterThanOrEqualTo(new FileInfo(Path).Length);
        (environment.UsedBytes % pageBytes).ShouldBe(0);
        environment.UsedBytes.ShouldBeGreaterThan(500 * 1024);
        environment.Dispose();
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_emptied_file_keeps_its_page_size_while_it_is_open(int pageBytes)
    {
        Make(Path, pageBytes);
        System.Random random = new(1);
        LmdbEnvironment environment = Open(pageBytes);
        LmdbDatabase database = OpenDatabase(environment);
        Change(environment, database, random, growing: 100, longestValue: 20_000);

        environment.Empty().ShouldBe(0);

        new FileInfo(Path).Length.ShouldBe(2 * pageBytes);
        Identify().ShouldBe(LmdbFileKind.Empty);
        environment.CloseDatabase(database);
        environment.SetMapSize(32 << 20).ShouldBe(MDBResultCode.Success);
        database = OpenDatabase(environment);
        Change(environment, database, random, growing: 100, longestValue: 20_000);
        environment.Dispose();
        Examine().ShouldBe(LmdbFileKind.Ours);
        Identify().ShouldBe(LmdbFileKind.Ours);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nothing_is_left_of_a_file_that_is_emptied_with_pages_of_another_size(int pageBytes)
    {
        byte[] content = new byte[100_000];
        Array.Fill(content, (byte)'s');
        File.WriteAllBytes(Path, content);

        Empty(Path, pageBytes);

        byte[] left = File.ReadAllBytes(Path);
        left.Length.ShouldBe(2 * pageBytes);
        left.AsSpan(LmdbFile.SpareOffset, LmdbFile.SpareBytes).Clear();
        left.ShouldNotContain((byte)'s');
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    [InlineData(12288)]
    [InlineData(65536)]
    [InlineData(-1)]
    public void A_size_that_no_page_has_is_damage(int pageBytes)
    {
        Make(Path, 16384);
        byte[] bytes = File.ReadAllBytes(Path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PageSizeOffset), pageBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16384 + PageSizeOffset), pageBytes);
        File.WriteAllBytes(Path, bytes);

        Identify().ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void Meta_pages_of_two_sizes_are_damage()
    {
        Make(Path, 16384);
        byte[] bytes = File.ReadAllBytes(Path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16384 + PageSizeOffset), 8192);
        File.WriteAllBytes(Path, bytes);

        Identify().ShouldBe(LmdbFileKind.Damaged);
    }

    /// <summary>Makes an LMDB file without a database, with pages of a size.</summary>
    internal static void Make(string path, int pageBytes)
    {
        File.WriteAllBytes(path, new byte[2 * pageBytes]);
        Empty(path, pageBytes);
    }

    private static void Empty(string path, int pageBytes)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadWrite);
        LmdbFile.Empty(descriptor, pageBytes).ShouldBe(0);
        FileDescriptor.Close(descriptor);
    }

    private LmdbEnvironment Open(int pageBytes)
    {
        LmdbEnvironment.Open(Path, 256 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        environment!.PageBytes.ShouldBe(pageBytes);
        return environment;
    }

    private static LmdbDatabase OpenDatabase(LmdbEnvironment environment)
    {
        environment.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
        transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
        transaction.Commit().ShouldBe(MDBResultCode.Success);
        return database;
    }

    private static void Change(
        LmdbEnvironment environment, LmdbDatabase database, System.Random random, int growing, int longestValue)
    {
        environment.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
        for (int i = 0; i < 40; i++)
        {
            byte[] key = BitConverter.GetBytes(random.Next(1000));
            if (random.Next(100) < growing)
            {
                transaction.Reserve(database, key, random.Next(longestValue), out Span<byte> space)
                    .ShouldBe(MDBResultCode.Success);
                random.NextBytes(space);
            }
            else
            {
                transaction.Delete(database, key);
            }
        }

        transaction.Commit().ShouldBe(MDBResultCode.Success);
    }

    private LmdbFileKind Examine() => With(LmdbFile.Examine);

    private LmdbFileKind Identify() => With(descriptor => LmdbFile.Identify(descriptor, "test"u8));

    private LmdbFileKind With(Func<int, LmdbFileKind> check)
    {
        int descriptor = FileDescriptor.Open(Path, OpenFlags.ReadOnly);
        LmdbFileKind kind = check(descriptor);
        FileDescriptor.Close(descriptor);
        return kind;
    }
}
