using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Files whose numbers fit each other, and would lead LMDB out of its pages.</summary>
public sealed class LmdbHostileFileTests : IDisposable
{
    private const int Page = LmdbEnvironment.PageBytes;
    private const int NodeHeaderBytes = 8;
    private const int KeyBytes = 1;
    private const int SmallBytes = 101;
    private const int LargeBytes = 10_000;
    private const ushort LeafFlag = 2;

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

    /// <summary>Returns a file with values in one leaf, and others on pages of their own.</summary>
    private byte[] Make(int small, int large)
    {
        string path = Path.Combine(_directory, "made");
        LmdbEnvironment.Open(path, 1 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
        transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
        for (int i = 0; i < large + small; i++)
        {
            byte key = (byte)(i < large ? 'A' + i : 'a' + i);
            transaction.Reserve(database, [key], i < large ? LargeBytes : SmallBytes, out Span<byte> value)
                .ShouldBe(MDBResultCode.Success);
            value.Clear();
        }

        transaction.Commit().ShouldBe(MDBResultCode.Success);
        environment.Dispose();
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private LmdbFileKind Examine(byte[] bytes)
    {
        string path = Path.Combine(_directory, "examined");
        File.WriteAllBytes(path, bytes);
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Examine(descriptor, static () => false);
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
