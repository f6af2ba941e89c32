using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Entries of a file that LMDB finds sound, and that are not what was stored.</summary>
public sealed class DamagedSessionTests : IDisposable
{
    /// <summary>The bytes of an entry between its key and its session.</summary>
    private const int HeadBytes = 24;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    private static ReadOnlySpan<byte> Session => "a session that is damaged"u8;

    public static TheoryData<long> ImpossibleTimes => [long.MaxValue, long.MinValue, -1, 99_999_999_999, 0];

    [Theory]
    [MemberData(nameof(ImpossibleTimes))]
    public void A_stored_time_that_cannot_be_is_listed_as_damage(long seconds)
    {
        SessionCache cache = _rig.OpenSmtpd();
        _rig.StoreTurn("good"u8, "x"u8);
        _rig.StoreTurn("damaged"u8, Session);
        ChangeTime("damaged", seconds);

        List(out List<byte[]> damaged).ShouldBe(["damaged!", "good"]);
        cache.RemoveDamaged(damaged.ShouldHaveSingleItem());
        _rig.Caches.EndTurn();

        List(out _).ShouldBe(["good"]);
        _rig.Find("damaged"u8).ShouldBeNull();
        _rig.Faults.ShouldBe(
            [$"Warning: smtpd TLS cache btree:{_rig.Root}/smtpd: a session is damaged -- removed"]);
    }

    [Fact]
    public void A_stored_time_that_cannot_be_is_not_found_and_removed()
    {
        _rig.OpenSmtpd();
        _rig.StoreTurn("damaged"u8, Session);
        ChangeTime("damaged", long.MaxValue);

        _rig.Find("damaged"u8).ShouldBeNull();
        _rig.Smtpd.Figures.Entries.ShouldBe(0);
        _rig.Faults.Count().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(ImpossibleTimes))]
    public void A_sweep_removes_a_stored_time_that_cannot_be(long seconds)
    {
        _rig.OpenSmtpd();
        _rig.SweepToTheEnd();
        _rig.StoreTurn("damaged"u8, Session);
        _rig.StoreTurn("good"u8, "x"u8);
        ChangeTime("damaged", seconds);
        _rig.Caches.Dispose();
        _rig.OpenSmtpd();
        _rig.SweepToTheEnd();

        _rig.Smtpd.Figures.Entries.ShouldBe(1);
        _rig.Faults.Count().ShouldBe(seconds == 0 ? 0 : 1, "1970 is only long ago");
    }

    [Fact]
    public void A_damaged_session_is_not_served_and_is_logged_once_a_minute()
    {
        _rig.OpenSmtpd();
        for (int i = 0; i < 5; i++)
        {
            _rig.StoreTurn(Encoding.ASCII.GetBytes($"id-{i}"), Encoding.ASCII.GetBytes($"the session of {i}"));
        }

        _rig.Caches.Dispose();
        byte[] bytes = File.ReadAllBytes(_rig.File);
        for (int i = 0; i < 4; i++)
        {
            Replace(
                bytes, Encoding.ASCII.GetBytes($"the session of {i}"), Encoding.ASCII.GetBytes($"the damaged of {i}"));
        }

        File.WriteAllBytes(_rig.File, bytes);
        _rig.OpenSmtpd();

        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Find("id-1"u8).ShouldBeNull();
        _rig.Find("id-0"u8).ShouldBeNull();
        _rig.Clock.Advance(TimeSpan.FromSeconds(59));
        _rig.Find("id-2"u8).ShouldBeNull();
        string warning = $"Warning: smtpd TLS cache btree:{_rig.Root}/smtpd: a session is damaged -- removed";
        _rig.Lines.ShouldBe([warning]);
        _rig.Clock.Advance(TimeSpan.FromSeconds(1));
        _rig.Find("id-3"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([warning, warning]);
        _rig.Find("id-4"u8).ShouldBe("the session of 4"u8.ToArray());
    }

    [Fact]
    public void A_session_under_the_key_of_another_is_not_served()
    {
        _rig.OpenSmtpd();
        _rig.StoreTurn("id-a"u8, "the session of a"u8);
        _rig.StoreTurn("id-b"u8, "the session of b"u8);
        _rig.Caches.Dispose();
        byte[] bytes = File.ReadAllBytes(_rig.File);
        Replace(bytes, "iid-a"u8, "iid-x"u8);
        Replace(bytes, "iid-b"u8, "iid-a"u8);
        Replace(bytes, "iid-x"u8, "iid-b"u8);
        File.WriteAllBytes(_rig.File, bytes);

        _rig.OpenSmtpd();

        _rig.Find("id-a"u8).ShouldBeNull();
        _rig.Find("id-b"u8).ShouldBeNull();
        _rig.Lines.Count.ShouldBe(1);
    }

    /// <summary>In every copy of the session that pages still contain.</summary>
    private static void Replace(byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        for (int index = bytes.AsSpan().IndexOf(old); index >= 0; index = bytes.AsSpan().IndexOf(old))
        {
            replacement.CopyTo(bytes.AsSpan(index));
        }
    }

    private List<string> List(out List<byte[]> damaged)
    {
        List<string> ids = [];
        damaged = [];
        using SessionPage page = _rig.Smtpd.OpenPage([]);
        while (page.MoveNext())
        {
            ids.Add(Encoding.ASCII.GetString(page.Id) + (page.IsDamaged ? "!" : ""));
            if (page.IsDamaged)
            {
                damaged.Add(page.Key.ToArray());
            }
        }

        return ids;
    }

    /// <summary>Changes the time in every copy of an entry, under the map of the open file.</summary>
    private void ChangeTime(string id, long seconds)
    {
        using FileStream file = new(_rig.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        byte[] key = Encoding.ASCII.GetBytes($"i{id}");
        byte[] time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(time, seconds);
        int changes = 0;
        for (int start = 0, found; (found = content.AsSpan(start).IndexOf(key)) >= 0;)
        {
            start += found + key.Length;
            if (content.AsSpan(start + HeadBytes).StartsWith(Session))
            {
                file.Position = start + sizeof(ulong);
                file.Write(time);
                changes++;
            }
        }

        changes.ShouldBeGreaterThan(0);
    }
}
