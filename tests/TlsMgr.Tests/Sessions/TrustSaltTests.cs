using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Sessions;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>The trust records of two files cannot be compared, nor those of two processes.</summary>
public sealed class TrustSaltTests : IDisposable
{
    /// <summary>Where the record begins in a cache file: with its salt.</summary>
    private const int RecordOffset = 2048 + 128;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Each_file_has_a_salt_of_its_own_with_each_start()
    {
        TrustDigest digest = new([TrustInput.OfText("smtp_tls_CAfile", "same")]);
        List<string> records = [];
        for (int start = 0; start < 3; start++)
        {
            _rig.Open(
                new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/smtpd", 3600, "0") { Trust = digest },
                new SessionCacheSettings("smtp", $"btree:{_rig.Root}/smtp", 3600, "0") { Trust = digest });
            records.Add(RecordOf("smtpd"));
            records.Add(RecordOf("smtp"));
            _rig.Caches.Dispose();
        }

        records.Distinct().Count().ShouldBe(records.Count);
        records.ShouldNotContain(new string('0', 2 * TrustRecord.SaltBytes));
        _rig.Lines.ShouldBeEmpty("the salt does not count");
    }

    private string RecordOf(string cache) => Convert.ToHexString(
        File.ReadAllBytes(Path.Combine(_rig.Root, $"{cache}.lmdb")), RecordOffset, TrustRecord.SaltBytes);
}
