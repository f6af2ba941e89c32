using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Files whose numbers fit each other, and would lead LMDB out of its pages.</summary>
public sealed class LmdbHostileFileTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;
    private const int NodeHeaderBytes = 8;
    private const int KeyBytes = 1;
    private const int SmallBytes = 101;
    private const int LargeBytes = 10_000;
    private const ushort LeafFlag = 2;
    private const int MainOffset = 88;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-hostile-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x08)]
    [InlineData(0x20)]
    public void Flags_of_the_list_of_free_pages_that_LMDB_did_not_set_are_found(byte flag)
    {
        // The first is MDB_FIXEDMAP: LMDB would map the file at an address that the file names.
        const int FlagsOffset = 40 + 4;
        byte[] bytes = Make(small: 4, large: 0);
        foreach (int page in new[] { 0, Page })
        {
            bytes[page + FlagsOffset] ^= flag;
        }

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void A_node_whose_size_wraps_around_to_another_node_is_found()
    {
        byte[] bytes = Make(small: 4, large: 0);
        Examine(bytes).ShouldBe(LmdbFileKind.Ours);
        int page = Enumerable.Range(2, (bytes.Length / Page) - 2).Select(number => number * Page)
            .Single(start => Number(bytes, start + 10) == LeafFlag && NodesOf(bytes, start).Count == 4);
        List<int> places = NodesOf(bytes, page);

        // From the first to the third, back to the second, and on to the last: four nodes, and the end of the page.
        SetSize(bytes, places[0], places[2] - places[0]);
        SetSize(bytes, places[2], (1L << 32) + places[1] - places[2]);
        SetSize(bytes, places[1], places[3] - places[1]);

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void A_large_value_that_is_longer_than_its_pages_is_found()
    {
        const int HeaderBytes = 16;
        byte[] bytes = Make(small: 1, large: 2);
        byte[] node = [.. BitConverter.GetBytes(LargeBytes), 1, 0, KeyBytes, 0, (byte)'A'];
        int place = bytes.AsSpan().IndexOf(node);
        int pages = (HeaderBytes + LargeBytes + Page - 1) / Page;

        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), (pages * Page) - HeaderBytes);
        Examine(bytes).ShouldBe(LmdbFileKind.Ours);

        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), (pages * Page) - HeaderBytes + 1);
        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Theory]
    [InlineData(LmdbEnvironment.MaximumKeyBytes, LmdbFileKind.Ours)]
    [InlineData(LmdbEnvironment.MaximumKeyBytes + 1, LmdbFileKind.Damaged)]
    [InlineData(900, LmdbFileKind.Damaged)]
    public void A_key_that_is_longer_than_any_is_found(int keyBytes, LmdbFileKind expected)
    {
        const int ValueBytes = 1000;
        byte[] bytes = Make(small: 1, large: 0, ValueBytes);
        byte[] node = [.. BitConverter.GetBytes(ValueBytes), 0, 0, KeyBytes, 0, (byte)'a'];
        int place = bytes.AsSpan().IndexOf(node);

        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), ValueBytes + KeyBytes - keyBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(place + 6), (ushort)keyBytes);

        Examine(bytes).ShouldBe(expected);
    }

    [Theory]
    [InlineData(33)]
    [InlineData(ushort.MaxValue)]
    public void A_tree_that_is_deeper_than_any_is_found(ushort depth)
    {
        byte[] bytes = Make(small: 4, large: 0);
        foreach (int page in new[] { 0, Page })
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(page + MainOffset + 6), depth);
        }

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Theory]
    [InlineData((1UL << 26) - 1)]
    [InlineData(1UL << 26)]
    [InlineData(ulong.MaxValue)]
    public void A_number_of_pages_that_would_take_all_memory_is_found(ulong lastPage)
    {
        byte[] bytes = Make(small: 4, large: 0);
        foreach (int page in new[] { 0, Page })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(page + 136), lastPage);
        }

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void A_large_value_that_claims_the_pages_of_another_is_found()
    {
        const int PagesOffset = 12;
        byte[] bytes = Make(small: 1, large: 2);
        byte[] node = [.. BitConverter.GetBytes(LargeBytes), 1, 0, KeyBytes, 0, (byte)'A'];
        int place = bytes.AsSpan().IndexOf(node) + node.Length;
        int first = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(place)) * Page;
        int record = bytes.AsSpan().IndexOf("test"u8) + "test".Length;

        // The counts agree: that of the value's pages, and that in the record of the database.
        bytes[first + PagesOffset]++;
        bytes[record + 24]++;

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_meta_page_in_the_list_of_free_pages_is_found(ulong page)
    {
        byte[] bytes = Make(small: 4, large: 2, transactions: 3);
        Span<ulong> free = FreePagesOf(bytes);
        Examine(bytes).ShouldBe(LmdbFileKind.Ours);

        free[^1] = page;

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Fact]
    public void A_list_of_free_pages_out_of_order_is_found()
    {
        byte[] bytes = Make(small: 4, large: 2, transactions: 3);
        Span<ulong> free = FreePagesOf(bytes);

        (free[0], free[1]) = (free[1], free[0]);

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged);
    }

    [Theory]
    [InlineData("branch pages", 8)]
    [InlineData("leaf pages", 16)]
    [InlineData("pages of large values", 24)]
    [InlineData("entries", 32)]
    public void A_count_that_is_not_that_of_the_tree_is_found(string what, int offset)
    {
        byte[] bytes = Make(small: 4, large: 2);
        int record = bytes.AsSpan().IndexOf("test"u8) + "test".Length;

        bytes[record + offset]++;

        Examine(bytes).ShouldBe(LmdbFileKind.Damaged, what);
    }

    /// <summary>Returns the pages of the first entry in the list of free pages, the highest first.</summary>
    private static Span<ulong> FreePagesOf(byte[] bytes)
    {
        ulong lastTransaction = 0;
        int root = 0;
        foreach (int meta in new[] { 0, Page })
        {
            ulong transaction = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(meta + 144));
            if (transaction > lastTransaction)
            {
                lastTransaction = transaction;
                root = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(meta + 80)) * Page;
            }
        }

        // key: transaction, 8 bytes; value: how many, then the pages
        int list = NodesOf(bytes, root)[0] + NodeHeaderBytes + sizeof(ulong);
        int count = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(list));
        count.ShouldBeGreaterThan(1);
        return MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(list + sizeof(ulong), count * sizeof(ulong)));
    }

    /// <summary>
    /// Returns a file with values in one leaf, and others on pages of their own, all stored in each transaction.
    /// </summary>
    private byte[] Make(int small, int large, int smallBytes = SmallBytes, int transactions = 1)
    {
        string path = Path.Combine(_directory, "made");
        LmdbEnvironment.Open(path, 1 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        for (int turn = 0; turn < transactions; turn++)
        {
            environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
            transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
            for (int i = 0; i < large + small; i++)
            {
                byte key = (byte)(i < large ? 'A' + i : 'a' + i - large);
                transaction.Reserve(database, [key], i < large ? LargeBytes : smallBytes, out Span<byte> value)
                    .ShouldBe(MDBResultCode.Success);
                value.Clear();
            }

            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        environment!.Dispose();
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private LmdbFileKind Examine(byte[] bytes)
    {
        string path = Path.Combine(_directory, "examined");
        File.WriteAllBytes(path, bytes);
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Examine(descriptor);
        FileDescriptor.Close(descriptor);
        return kind;
    }

    private static ushort Number(byte[] bytes, int place) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(place));

    /// <summary>Returns the places of a page's nodes, the first in the page first.</summary>
    private static List<int> NodesOf(byte[] bytes, int page) =>
    [
        .. Enumerable.Range(0, (Number(bytes, page + 12) - 16) / 2)
            .Select(index => page + Number(bytes, page + 16 + (2 * index))).Order(),
    ];

    /// <summary>Sets the size of a value, so that its node takes that many bytes.</summary>
    private static void SetSize(byte[] bytes, int node, long nodeBytes) => BinaryPrimitives.WriteUInt32LittleEndian(
        bytes.AsSpan(node), (uint)(nodeBytes - NodeHeaderBytes - KeyBytes));
}
