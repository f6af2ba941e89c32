using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using TlsMgr.Tests.Sessions;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>
/// Opens a damaged cache file: either it is emptied, or LMDB works in it without a crash or a fault and leaves an
/// intact file.
/// </summary>
internal sealed class CacheFileTarget : FuzzTarget
{
    private const int Timeout = 3600;

    // The content of a session is verified when it is read, not at the start.
    private const string Harmless = "a session is damaged -- removed";

    private readonly byte[][] _files = [MakeFew(), MakeLarge(), MakeDeep(), MakeWorn()];

    internal override IEnumerable<byte[]> Seeds =>
        Enumerable.Range(0, _files.Length * 4).Select(index => CacheFileDamage.Example(index % _files.Length, index));

    public override void Dispose()
    {
        // Each input has a directory of its own, which is removed after it.
    }

    internal override void Run(ReadOnlySpan<byte> input)
    {
        using CacheRig rig = new();
        File.WriteAllBytes(rig.File, CacheFileDamage.Apply(input, _files));
        File.SetUnixFileMode(rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SessionCache cache = Open(rig, entryLimit: 40);
        if (!cache.IsAvailable)
        {
            throw new InvalidDataException(string.Join('\n', rig.Lines));
        }

        rig.Lines.Clear();
        Use(rig);
        rig.Clock.Advance(TimeSpan.FromSeconds(2 * Timeout));
        rig.SweepToTheEnd();
        Store(rig, "last", 10);
        if (!cache.IsAvailable || rig.Faults.Any(fault => !fault.EndsWith(Harmless, StringComparison.Ordinal)))
        {
            throw new InvalidDataException(string.Join('\n', rig.Lines));
        }

        rig.Caches.SyncToDisk();
        int descriptor = FileDescriptor.Open(rig.File, OpenFlags.ReadOnly);
        LmdbFileKind kind = LmdbFile.Examine(descriptor);
        FileDescriptor.Close(descriptor);
        if (kind != LmdbFileKind.Ours)
        {
            throw new InvalidDataException($"left {kind}");
        }
    }

    private static void Use(CacheRig rig)
    {
        for (int i = 0; i < 60; i += 7)
        {
            rig.Find(Id($"{i}", 1));
            rig.Find(Id($"{i}", 480));
        }

        List(rig);
        rig.SweepToTheEnd();
        for (int i = 0; i < 60; i += 11)
        {
            Store(rig, $"{i}", 100);
            rig.Smtpd.Delete(Id($"{i}", 480));
            rig.Caches.EndTurn();
        }

        Store(rig, "large", 30_000);
        rig.StoreTurn(Id("long", 700), new byte[5000]);
        List(rig);
        rig.SweepToTheEnd();
    }

    private static void List(CacheRig rig)
    {
        using (SessionPage page = rig.Smtpd.OpenPage(default))
        {
            while (page.MoveNext())
            {
                _ = page.Key.ToArray();
            }
        }

        rig.Caches.EndTurn();
    }

    private static SessionCache Open(CacheRig rig, long entryLimit = 0)
    {
        rig.Open(new SessionCacheSettings("smtpd", $"btree:{rig.Root}/smtpd", Timeout, "0") { EntryLimit = entryLimit });
        return rig.Smtpd;
    }

    private static void Store(CacheRig rig, string id, int length) => rig.StoreTurn(Id(id, 1), new byte[length]);

    private static byte[] Id(string id, int length) => System.Text.Encoding.ASCII.GetBytes(id.PadLeft(length, '0'));

    private static byte[] Make(Action<CacheRig> fill)
    {
        using CacheRig rig = new();
        Open(rig);
        fill(rig);
        rig.Caches.SyncToDisk();
        return File.ReadAllBytes(rig.File);
    }

    private static byte[] MakeFew() => Make(rig =>
    {
        for (int i = 0; i < 3; i++)
        {
            Store(rig, $"{i}", 20);
        }
    });

    private static byte[] MakeLarge() => Make(rig =>
    {
        for (int i = 0; i < 6; i++)
        {
            Store(rig, $"{i}", i * 3000);
            rig.StoreTurn(Id($"{i}", 520), new byte[100]);
        }
    });

    // Long keys make many branch pages.
    private static byte[] MakeDeep() => Make(rig =>
    {
        for (int i = 0; i < 60; i++)
        {
            rig.Smtpd.Store(Id($"{i}", 480), new byte[50]);
        }

        rig.Caches.EndTurn();
    });

    // Many turns that store and remove leave a list of free pages.
    private static byte[] MakeWorn() => Make(rig =>
    {
        for (int i = 0; i < 120; i++)
        {
            Store(rig, $"{i}", 200 + (i % 5 * 1000));
            rig.Smtpd.Delete(Id($"{i - 20}", 1));
            rig.Caches.EndTurn();
        }
    });
}
