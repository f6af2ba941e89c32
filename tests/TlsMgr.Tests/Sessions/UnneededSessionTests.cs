using System;
using Shouldly;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Sessions that nobody looks up: of TLS 1.3, where servers give tickets.</summary>
public sealed class UnneededSessionTests : IDisposable
{
    /// <summary>The beginnings of sessions as i2d_SSL_SESSION writes them: of TLS 1.3 and of TLS 1.2.</summary>
    private const string Tls13 = "3081f90201010202030404021302";
    private const string LongTls13 = "3082041102010102020304";
    private const string ShortTls13 = "307902010102020304";
    private const string Tls12 = "3081f90201010202030304021302";

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(true, Tls13, false)]
    [InlineData(true, LongTls13, false)]
    [InlineData(true, ShortTls13, false)]
    [InlineData(false, Tls13, true)]
    [InlineData(true, Tls12, true)]
    [InlineData(true, "", true)]
    [InlineData(true, "30", true)]
    [InlineData(true, "308100", true)]
    [InlineData(true, "30ff02010102020304", true)]
    [InlineData(true, "30790201010202", true)]
    public void A_session_of_TLS_1_3_is_counted_and_not_kept_where_it_is_not_needed(
        bool skips, string start, bool isKept)
    {
        byte[] session = Convert.FromHexString(start);
        _rig.Open(Settings with { Tls13 = skips ? Tls13Keeping.Skip : Tls13Keeping.AsOthers });

        _rig.StoreTurn("id"u8, session).ShouldBe(CacheResult.Done);

        (_rig.Find("id"u8) is not null).ShouldBe(isKept);
        _rig.Smtpd.Counters[CacheEvent.Unneeded].ShouldBe(isKept ? 0 : 1);
        _rig.Smtpd.Counters[CacheEvent.Stores].ShouldBe(isKept ? 1 : 0);
        _rig.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_that_is_not_kept_changes_nothing_in_the_file()
    {
        _rig.Open(Settings with { Tls13 = Tls13Keeping.Skip });
        _rig.StoreTurn("id"u8, Convert.FromHexString(Tls12)).ShouldBe(CacheResult.Done);
        byte[] before = System.IO.File.ReadAllBytes(_rig.File);

        for (int i = 0; i < 1000; i++)
        {
            _rig.StoreTurn(BitConverter.GetBytes(i), Convert.FromHexString(Tls13)).ShouldBe(CacheResult.Done);
        }

        System.IO.File.ReadAllBytes(_rig.File).ShouldBe(before);
        _rig.Smtpd.Figures.Entries.ShouldBe(1);
    }

    private SessionCacheSettings Settings => new("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0");
}
