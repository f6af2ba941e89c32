using System;
using System.Buffers.Binary;
using System.IO;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Tests.Sessions;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Emptying a file in place where it cannot be written.</summary>
[Collection(AloneCollection.Name)]
public sealed class LmdbEmptyTests : IDisposable
{
    private const int Page = LmdbPageSize.SmallestBytes;
    private const int TransactionOffset = 144;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-empty-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    public void The_meta_page_in_force_is_written_last(int transactions, int inForce)
    {
        string path = Path.Combine(_directory, "x");
        Make(path, transactions);
        byte[] before = File.ReadAllBytes(path);
        TransactionOf(before, inForce).ShouldBe((ulong)transactions);
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadWrite);
        using (new FileSizeLimit(Page))
        {
            // The second page cannot be written.
            LmdbFile.Empty(descriptor, Page).ShouldBeLessThan(0);
        }

        FileDescriptor.Close(descriptor);
        byte[] after = File.ReadAllBytes(path);
        after.Length.ShouldBe(before.Length);
        after.AsSpan(inForce * Page, Page).SequenceEqual(before.AsSpan(inForce * Page, Page)).ShouldBeTrue();
        TransactionOf(after, 0).ShouldBe(inForce == 0 ? (ulong)transactions : 0);
    }

    private static ulong TransactionOf(byte[] file, int page) =>
        BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan((page * Page) + TransactionOffset));

    private static void Make(string path, int transactions)
    {
        LmdbEnvironment.Open(path, 1 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        for (int number = 1; number <= transactions; number++)
        {
            environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
            transaction.OpenDatabase("test", out LmdbDatabase database).ShouldBe(MDBResultCode.Success);
            transaction.Reserve(database, "key"u8, 100 + number, out Span<byte> room).ShouldBe(MDBResultCode.Success);
            room.Clear();
            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        environment!.Dispose();
    }
}
