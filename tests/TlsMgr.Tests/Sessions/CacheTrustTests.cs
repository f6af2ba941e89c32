using System;
using System.IO;
using Shouldly;
using TlsMgr.Sessions;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Sessions are resumed under the reload digest that they were stored under, and under no other.</summary>
public sealed class CacheTrustTests : IDisposable
{
    private const int StateOffset = 2048;

    private static readonly TrustDigest First = Digest("smtpd_tls_CAfile", "/etc/a.pem");
    private static readonly TrustDigest Second = Digest("smtpd_tls_CAfile", "/etc/b.pem");

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_equal_digest_keeps_every_session_start_after_start()
    {
        Store(First);
        for (int i = 0; i < 3; i++)
        {
            Open(Digest("smtpd_tls_CAfile", "/etc/a.pem"));
            _rig.Find("id"u8).ShouldNotBeNull();
        }

        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Another_digest_empties_the_cache_and_one_line_says_why()
    {
        Store(First);
        Open(Second);

        _rig.Find("id"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([Line("Info", "changed since its sessions were stored: smtpd_tls_CAfile")]);
        _rig.StoreTurn("id"u8, "new"u8).ShouldBe(CacheResult.Done);
        Open(Second);
        _rig.Find("id"u8).ShouldNotBeNull();
        _rig.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void A_digest_that_is_back_does_not_bring_back_what_was_stored_under_another()
    {
        Store(First);
        Open(Second);
        _rig.StoreTurn("other"u8, "b"u8);
        Open(First);

        _rig.Find("id"u8).ShouldBeNull();
        _rig.Find("other"u8).ShouldBeNull();
    }

    [Fact]
    public void Changes_are_told_by_name_up_to_three()
    {
        _rig.Lines.Clear();
        Store(new TrustDigest([Text("a", "1"), Text("b", "1"), Text("c", "1"), Text("d", "1"), Text("same", "1")]));
        Open(new TrustDigest([Text("a", "2"), Text("b", "2"), Text("e", "2"), Text("d", "2"), Text("same", "1")]));

        _rig.Lines.ShouldBe([Line("Info", "changed since its sessions were stored: a, b, c and 2 more")]);
    }

    [Theory]
    [InlineData(true, "Warning")]
    [InlineData(false, "Info")]
    public void What_is_not_known_counts_as_changed_at_every_start(bool isFault, string severity)
    {
        TrustInput input = isFault ? TrustInput.Unreadable("/x", "it is a pipe") : TrustInput.Elsewhere("mysql:x");
        TrustDigest unknown = new([Text("a", "1"), input]);
        for (int i = 0; i < 2; i++)
        {
            Store(unknown);
            _rig.Find("id"u8).ShouldNotBeNull();
        }

        Open(unknown);
        _rig.Find("id"u8).ShouldBeNull();
        _rig.Lines.ShouldBe(
            [Line(severity, $"{input.Name}: {input.Doubt}"), Line(severity, $"{input.Name}: {input.Doubt}")]);

        // Nor does it come back when all is known.
        _rig.Lines.Clear();
        _rig.StoreTurn("id"u8, "a"u8);
        Open(new TrustDigest([Text("a", "1")]));
        _rig.Find("id"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([Line("Info", $"changed since its sessions were stored: {input.Name}")]);
    }

    [Fact]
    public void A_file_of_an_older_version_is_emptied_and_said_so()
    {
        Store(First);
        _rig.Caches.Dispose();
        Change(StateOffset + "tlsmgr-state-".Length, (byte)'1');

        Open(First);

        _rig.Find("id"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([Line("Info", "what its sessions were trusted for was not recorded")]);
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(128 + 20)]
    [InlineData(128 + 60)]
    public void A_damaged_record_is_none(int offset)
    {
        Store(First);
        _rig.Caches.Dispose();

        // The salt is random: any fixed value can be the one that is there.
        Change(StateOffset + offset, (byte)~File.ReadAllBytes(_rig.File)[StateOffset + offset]);

        Open(First);

        _rig.Find("id"u8).ShouldBeNull();
        _rig.Lines.ShouldBe([Line("Info", "what its sessions were trusted for was not recorded")]);
    }

    [Fact]
    public void A_stop_keeps_the_record_beside_the_mark_that_all_is_on_disk()
    {
        Store(First);
        _rig.Caches.SyncToDisk();
        _rig.Context = _rig.Context with { BootId = CacheRig.SecondBoot };
        Open(First);
        _rig.Find("id"u8).ShouldNotBeNull();

        _rig.Caches.SyncToDisk();
        _rig.Context = _rig.Context with { BootId = CacheRig.FirstBoot };
        Open(Second);
        _rig.Find("id"u8).ShouldBeNull();
    }

    [Fact]
    public void What_changes_for_one_cache_does_not_empty_another()
    {
        _rig.Open(Settings("smtpd", First), Settings("smtp", First));
        foreach (string cache in new[] { "smtpd", "smtp" })
        {
            _rig.Caches.Find(System.Text.Encoding.ASCII.GetBytes(cache))!.Store("id"u8, "a"u8);
        }

        _rig.Caches.EndTurn();
        _rig.Caches.Dispose();
        _rig.Open(Settings("smtpd", Second), Settings("smtp", First));

        _rig.Find("id"u8).ShouldBeNull();
        _rig.Caches.Find("smtp"u8)!.Lookup("id"u8, out _).ShouldBe(CacheResult.Done);
    }

    private void Store(TrustDigest digest)
    {
        Open(digest);
        _rig.StoreTurn("id"u8, "a"u8).ShouldBe(CacheResult.Done);
    }

    private void Open(TrustDigest digest)
    {
        _rig.Caches?.Dispose();
        _rig.Open(Settings("smtpd", digest));
    }

    private void Change(int offset, byte value)
    {
        using FileStream file = File.OpenWrite(_rig.File);
        file.Position = offset;
        file.WriteByte(value);
    }

    private SessionCacheSettings Settings(string name, TrustDigest digest) =>
        new(name, $"btree:{_rig.Root}/{name}", 3600, "0") { Trust = digest };

    private string Line(string severity, string reason) =>
        $"{severity}: smtpd TLS cache btree:{_rig.Root}/smtpd: {reason} -- starting with an empty cache";

    private static TrustDigest Digest(string name, string text) => new([Text(name, text)]);

    private static TrustInput Text(string name, string text) => TrustInput.OfText(name, text);
}
