using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>The contents that the reload digests cover, and the limits of reading them.</summary>
public sealed partial class TrustFileTests : IDisposable
{
    private readonly TrustRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("smtpd_tls_CAfile = DIR/x")]
    [InlineData("smtpd_tls_cert_file = DIR/x")]
    [InlineData("smtpd_tls_key_file = DIR/x")]
    [InlineData("smtpd_tls_eccert_file = DIR/x")]
    [InlineData("smtpd_tls_dh1024_param_file = DIR/x")]
    [InlineData("smtpd_tls_chain_files = DIR/y, DIR/x")]
    [InlineData("tlsproxy_tls_CAfile = DIR/x")]
    [InlineData("smtpd_tls_CAfile = ../x")]
    [InlineData("tls_server_sni_maps = texthash:DIR/x")]
    [InlineData("tls_server_sni_maps = inline:{ a.example=DIR/x }")]
    [InlineData("tls_server_sni_maps = inline:{ {a.example = DIR/y, DIR/x} }")]
    public void The_content_of_a_file_counts(string line)
    {
        _rig.MainCf = line;
        _rig.Write("x", "before");
        _rig.ChangedBy(() => _rig.Write("x", "behind")).ShouldContain("smtpd");
        _rig.ChangedBy(() => File.Delete(_rig.PathOf("x"))).ShouldContain("smtpd");
        _rig.ChangedBy(() => { }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hash:DIR/x", "x.db")]
    [InlineData("btree:DIR/x", "x.db")]
    [InlineData("hash:DIR/x", "x.lmdb")]
    [InlineData("lmdb:DIR/x", "x.lmdb")]
    [InlineData("cdb:DIR/x", "x.cdb")]
    [InlineData("sdbm:DIR/x", "x.pag")]
    [InlineData("dbm:DIR/x", "x.dir")]
    [InlineData("texthash:DIR/x", "x")]
    [InlineData("regexp:DIR/x", "x")]
    [InlineData("pcre:DIR/x", "x")]
    [InlineData("cidr:DIR/x", "x")]
    [InlineData("proxy:hash:DIR/x", "x.db")]
    [InlineData("texthash:DIR/y, hash:DIR/x", "x.db")]
    [InlineData("pipemap:{texthash:DIR/y, lmdb:DIR/x}", "x.lmdb")]
    [InlineData("unionmap:{static:a,pipemap:{cidr:DIR/y,cdb:DIR/x}}", "x.cdb")]
    [InlineData("{ texthash:DIR/x }", "x")]
    public void The_file_that_Postfix_reads_for_a_map_counts(string map, string file)
    {
        _rig.MainCf = $"smtp_tls_policy_maps = {map}";
        _rig.Write(file, "a secure");
        _rig.ChangedBy(() => _rig.Write(file, "a encrypt")).ShouldBe(["smtp", "lmtp"]);
        _rig.ChangedBy(() => _rig.Write("x.source", "a may")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hash:DIR/x")]
    [InlineData("inline:{a=may}")]
    [InlineData("static:may")]
    [InlineData("randmap:{may,encrypt}")]
    [InlineData("pcre:{{/a/ may}}")]
    public void A_map_counts_by_its_value_too(string map) =>
        _rig.ChangedBy(() => _rig.MainCf = $"smtp_tls_policy_maps = {map}").ShouldBe(["smtp", "lmtp"]);

    [Theory]
    [InlineData("mysql:/etc/x.cf")]
    [InlineData("ldap:/etc/x.cf")]
    [InlineData("pgsql:/etc/x.cf")]
    [InlineData("socketmap:unix:private/x:y")]
    [InlineData("tcp:localhost:1")]
    [InlineData("proxy:mysql:/etc/x.cf")]
    [InlineData("unionmap:{static:a,memcache:/etc/x.cf}")]
    [InlineData("later:/etc/x")]
    [InlineData("without-type")]
    public void A_map_on_a_server_counts_as_changed(string map)
    {
        _rig.MainCf = $"smtp_tls_policy_maps = {map}";

        _rig.Digest("smtp").Doubtful!.Doubt.ShouldBe("the content of this map is not known here");
        _rig.Digest("smtp").Doubtful!.IsFault.ShouldBeFalse();
        _rig.Digest("smtpd").Doubtful.ShouldBeNull();
    }

    [Theory]
    [InlineData("tls_medium_cipherlist = aNULL:-aNULL:HIGH:@STRENGTH")]
    [InlineData("smtp_tls_fingerprint_cert_match = 00:11:22")]
    [InlineData("smtp_tls_exclude_ciphers = aNULL, MD5")]
    [InlineData("tls_config_file = default")]
    [InlineData("smtpd_tls_cert_file = none")]
    [InlineData("smtpd_tls_dh1024_param_file = auto")]
    public void A_word_that_names_no_file_is_taken_for_none(string line)
    {
        _rig.MainCf = line;
        _rig.InputsOf("smtp").Union(_rig.InputsOf("smtpd")).ShouldBe([line.Split(' ')[0]]);
    }

    [Fact]
    public void Trust_anchors_that_a_policy_names_count_also_in_an_index()
    {
        string anchor = _rig.Write("anchor.pem", "before");
        _rig.MainCf = "smtp_tls_policy_maps = lmdb:DIR/policy";
        _rig.Write("policy.lmdb", $"\0\u0001example.com\0secure match=nexthop tafile={anchor}\0\u0002");
        _rig.ChangedBy(() => _rig.Write("anchor.pem", "behind")).ShouldBe(["smtp", "lmtp"]);
    }

    [Fact]
    public void A_trust_anchor_that_lies_in_the_jail_counts()
    {
        Directory.CreateDirectory(_rig.PathOf("queue/etc"));
        _rig.MainCf = "smtp_tls_policy_maps = inline:{ { example.com = secure tafile=/etc/no-such-anchor.pem } }";
        _rig.Write("queue/etc/no-such-anchor.pem", "before");
        _rig.ChangedBy(() => _rig.Write("queue/etc/no-such-anchor.pem", "behind")).ShouldBe(["smtp", "lmtp"]);
    }

    [Fact]
    public void A_trust_anchor_that_cannot_be_found_counts_as_changed()
    {
        _rig.MainCf = "smtp_tls_policy_maps = regexp:DIR/policy";
        _rig.Write("policy", "/^(.*)$/ secure tafile=/etc/$1.pem\n");

        _rig.Digest("smtp").Doubtful!.Name.ShouldBe("/etc/$1.pem");
    }

    [Fact]
    public void A_directory_counts_by_names_and_contents()
    {
        _rig.MainCf = "smtpd_tls_CApath = DIR/certs";
        Directory.CreateDirectory(_rig.PathOf("certs"));
        _rig.Write("certs/b.pem", "b");
        _rig.ChangedBy(() => _rig.Write("certs/a.pem", "a")).ShouldBe(["smtpd"]);
        _rig.ChangedBy(() => File.CreateSymbolicLink(_rig.PathOf("certs/0.0"), "a.pem")).ShouldBe(["smtpd"]);
        _rig.ChangedBy(() => _rig.Write("certs/a.pem", "A")).ShouldBe(["smtpd"]);
        _rig.ChangedBy(() => File.Move(_rig.PathOf("certs/a.pem"), _rig.PathOf("certs/c.pem"))).ShouldBe(["smtpd"]);
        _rig.ChangedBy(() => File.SetLastWriteTimeUtc(_rig.PathOf("certs/c.pem"), DateTime.UnixEpoch)).ShouldBeEmpty();
        _rig.ChangedBy(() => Directory.CreateDirectory(_rig.PathOf("certs/d"))).ShouldBeEmpty();
        _rig.ChangedBy(() => Directory.Delete(_rig.PathOf("certs"), recursive: true)).ShouldBe(["smtpd"]);
    }

    [Fact]
    public void A_directory_in_the_jail_counts_beside_that_outside()
    {
        _rig.MainCf = $"smtpd_tls_CApath = {_rig.PathOf("certs")}";
        string jailed = _rig.PathOf($"queue{_rig.PathOf("certs")}");
        Directory.CreateDirectory(_rig.PathOf("certs"));
        Directory.CreateDirectory(jailed);
        _rig.ChangedBy(() => File.WriteAllText(Path.Combine(jailed, "0.0"), "x")).ShouldBe(["smtpd"]);
    }

    [Fact]
    public void The_default_store_of_OpenSSL_counts_where_it_is_appended()
    {
        OpenSslDefaults defaults = OpenSslDefaults.Find().ShouldNotBeNull();
        _rig.InputsOf("smtpd").ShouldNotContain(defaults.CertificateFile);
        _rig.MasterCf = "smtp inet n - y - - smtpd -o tls_append_default_CA=yes";

        _rig.InputsOf("smtpd").ShouldContain(defaults.CertificateFile);
        _rig.InputsOf("smtpd").ShouldContain(defaults.CertificateDirectory);
        _rig.InputsOf("smtp").ShouldNotContain(defaults.CertificateFile);
        _rig.Digest("smtpd").Inputs.ShouldContain(input => input.Name == defaults.ConfigurationFile);
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        MakePipe(_rig.PathOf("x"), 0x180).ShouldBe(0);
        _rig.MainCf = "smtpd_tls_CAfile = DIR/x";

        TrustInput doubtful = _rig.Digest("smtpd").Doubtful!;
        doubtful.Name.ShouldBe(_rig.PathOf("x"));
        doubtful.Doubt.ShouldBe("not a regular file");
        doubtful.IsFault.ShouldBeTrue();
    }

    [Fact]
    public void A_file_that_cannot_be_reached_counts_as_changed()
    {
        File.CreateSymbolicLink(_rig.PathOf("x"), "x");
        _rig.MainCf = "smtpd_tls_CAfile = DIR/x";

        _rig.Digest("smtpd").Doubtful!.Doubt.ShouldBe("Too many levels of symbolic links");
    }

    [Theory]
    [InlineData(TrustLimits.MaximumBytes, null)]
    [InlineData(TrustLimits.MaximumBytes + 1, "more than 64 MiB would be read")]
    public void Reading_is_bounded_in_bytes(long sizeBytes, string? doubt)
    {
        using (FileStream file = File.Create(_rig.PathOf("x")))
        {
            file.SetLength(sizeBytes);
        }

        // What every installation has is read after main.cf: with the last byte gone, it is what finds none.
        _rig.MainCf = "smtpd_tls_CAfile = DIR/x";
        TrustInput? input = _rig.Digest("smtpd").Inputs.Single(input => input.Name == _rig.PathOf("x"));

        input.Doubt.ShouldBe(doubt);
    }

    [Fact]
    public void Reading_is_bounded_in_time()
    {
        _rig.Write("x", "x");
        _rig.MainCf = "smtpd_tls_CAfile = DIR/x";
        _rig.Clock = new SlowClock(TimeSpan.FromMilliseconds(TrustLimits.MaximumMilliseconds + 1));

        _rig.Digest("smtpd").Doubtful!.Doubt.ShouldBe("reading takes more than 500 ms");
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    /// <summary>A clock that is that much later whenever it is looked at.</summary>
    private sealed class SlowClock(TimeSpan step) : TimeProvider
    {
        private long _timestamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp += step.Ticks;
    }
}
