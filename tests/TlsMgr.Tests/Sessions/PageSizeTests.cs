// The cache file of a system with larger pages is made of an ordinary one: its entries are copied into a file with such
// pages, and what our process recorded about the file with them.

using System;
using System.IO;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using TlsMgr.Tests.Lmdb;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>A cache outlives the process on systems with pages of 16 and 64 KiB, and keeps its limits.</summary>
public sealed class PageSizeTests : IDisposable
{
    private const int SessionBytes = 1800;
    private const int Sessions = 500;
    private const long SizeLimitBytes = 4 * 1024 * 1024;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(16384)]
    [InlineData(32768)]
    public void Every_session_is_there_after_a_restart(int pageBytes)
    {
        MakeCache(pageBytes);

        SessionCache cache = _rig.OpenSmtpd();

        _rig.Faults.ShouldBeEmpty();
        PageBytesOfFile().ShouldBe(pageBytes);
        FindAll(Sessions).ShouldBe(Sessions);
        cache.Store("more"u8, new byte[SessionBytes]).ShouldBe(CacheResult.Done);
        _rig.Caches.EndTurn();
        _rig.Caches.Dispose();
        _rig.OpenSmtpd();
        _rig.Faults.ShouldBeEmpty();
        FindAll(Sessions).ShouldBe(Sessions);
        _rig.Find("more"u8).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(16384)]
    [InlineData(32768)]
    public void The_size_limit_holds_and_new_sessions_replace_old_ones(int pageBytes)
    {
        MakeCache(pageBytes);
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0")
        {
            SizeLimitBytes = SizeLimitBytes,
        });

        for (int i = 0; i < 6000; i++)
        {
            _rig.StoreTurn(Id(i), new byte[SessionBytes]).ShouldBe(CacheResult.Done, $"session {i}");
        }

        new FileInfo(_rig.File).Length.ShouldBeLessThanOrEqualTo(SizeLimitBytes);
        FindAll(6000).ShouldBeInRange(800, 1900);
        _rig.Find(Id(5999)).ShouldNotBeNull();
        _rig.Faults.ShouldBeEmpty();
    }

    private static byte[] Id(int number) => BitConverter.GetBytes(number);

    private int FindAll(int count)
    {
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            found += _rig.Find(Id(i)) is null ? 0 : 1;
        }

        return found;
    }

    private int PageBytesOfFile()
    {
        using FileStream file = File.OpenRead(_rig.File);
        file.Position = 40;
        byte[] number = new byte[4];
        file.ReadExactly(number);
        return BitConverter.ToInt32(number);
    }

    private void MakeCache(int pageBytes)
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < Sessions; i++)
        {
            _rig.StoreTurn(Id(i), new byte[SessionBytes]).ShouldBe(CacheResult.Done);
        }

        _rig.Caches.Dispose();
        string copy = _rig.File + ".copy";
        LmdbPageSizeTests.Make(copy, pageBytes);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (LmdbEnvironment from = Open(_rig.File), into = Open(copy))
        {
            Copy(from, into, SessionEntry.DatabaseName);
            Copy(from, into, EvictionQueueEntry.DatabaseName);
        }

        byte[] recorded = File.ReadAllBytes(_rig.File)[LmdbFile.SpareOffset..(LmdbFile.SpareOffset + LmdbFile.SpareBytes)];
        using (FileStream file = File.OpenWrite(copy))
        {
            file.Position = LmdbFile.SpareOffset;
            file.Write(recorded);
        }

        File.Move(copy, _rig.File, overwrite: true);
    }

    private static LmdbEnvironment Open(string path)
    {
        LmdbEnvironment.Open(path, 64 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        return environment!;
    }

    private static void Copy(LmdbEnvironment from, LmdbEnvironment into, string name)
    {
        from.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction source);
        into.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction target);
        source.OpenDatabase(name, out LmdbDatabase sourceDatabase).ShouldBe(MDBResultCode.Success);
        target.OpenDatabase(name, out LmdbDatabase targetDatabase).ShouldBe(MDBResultCode.Success);
        source.OpenCursor(sourceDatabase, out LmdbCursor cursor).ShouldBe(MDBResultCode.Success);
        for (MDBResultCode code = cursor.First(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value);
            code == MDBResultCode.Success; code = cursor.Next(out key, out value))
        {
            target.Reserve(targetDatabase, key, value.Length, out Span<byte> space).ShouldBe(MDBResultCode.Success);
            value.CopyTo(space);
        }

        cursor.Close();
        source.Abort();
        target.Commit().ShouldBe(MDBResultCode.Success);
    }
}
