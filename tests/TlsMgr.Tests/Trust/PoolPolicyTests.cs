using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>Which values the pool digest covers, wherever they are set, and which it leaves out.</summary>
public sealed class PoolPolicyTests : IDisposable
{
    private const string Asking = "smtpd_tls_security_level = may\nsmtpd_tls_ask_ccert = yes\n";
    private const string Smtpd = "smtp inet n - n - - smtpd";

    private const string Screen = "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
        + "tlsproxy unix - - n - 0 tlsproxy";

    private readonly TrustRig _rig = new() { MasterCf = Smtpd };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("smtpd_tls_CAfile = DIR/a")]
    [InlineData("smtpd_tls_CApath = DIR/directory")]
    [InlineData("smtpd_tls_ccert_verifydepth = 2")]
    [InlineData("smtpd_tls_fingerprint_digest = sha1")]
    [InlineData("compatibility_level = 3.6")]
    [InlineData("smtpd_tls_enable_rpk = yes")]
    [InlineData("smtpd_tls_ask_ccert = no")]
    [InlineData("smtpd_tls_security_level = none")]
    [InlineData("smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes")]
    [InlineData("smtpd_tls_wrappermode = yes\nsmtpd_tls_req_ccert = yes")]
    [InlineData("smtpd_tls_security_level =\nsmtpd_enforce_tls = yes\nsmtpd_tls_req_ccert = yes")]
    [InlineData("tls_append_default_CA = yes")]
    [InlineData("tls_legacy_public_key_fingerprints = yes")]
    [InlineData("tls_config_file = DIR/a")]
    [InlineData("tls_config_name = postfix")]
    public void A_parameter_that_decides_a_verdict_counts(string line)
    {
        _rig.Write("a", "certificate");
        Directory.CreateDirectory(_rig.PathOf("directory"));
        _rig.MainCf = Asking;
        ChangedBy(() => _rig.MainCf = Asking + line).ShouldBeTrue();
    }

    [Theory]
    [InlineData("smtpd_tls_cert_file = DIR/a")]
    [InlineData("smtpd_tls_chain_files = DIR/a")]
    [InlineData("smtpd_tls_ciphers = high")]
    [InlineData("smtpd_tls_mandatory_protocols = TLSv1.3")]
    [InlineData("smtpd_tls_loglevel = 2")]
    [InlineData("smtpd_tls_session_cache_timeout = 7200s")]
    [InlineData("smtpd_tls_of_a_later_release = 1")]
    [InlineData("tls_server_sni_maps = socketmap:inet:x:1")]
    [InlineData("tls_ssl_options = NO_RENEGOTIATION")]
    [InlineData("tls_high_cipherlist = AES128-SHA")]
    [InlineData("relay_clientcerts = mysql:/etc/postfix/relay.cf")]
    [InlineData("smtp_tls_CAfile = DIR/a")]
    [InlineData("smtp_tls_policy_maps = socketmap:inet:x:1")]
    [InlineData("lmtp_tls_security_level = secure")]
    [InlineData("myhostname = other.example.com")]
    [InlineData("tlsproxy_tls_CAfile = DIR/a")]
    [InlineData("smtpd_tls_ccert_verifydepth = 09")]
    [InlineData("smtpd_tls_ask_ccert = YES")]
    [InlineData("smtpd_tls_security_level = encrypt")]
    [InlineData("smtpd_tls_security_level =\nsmtpd_use_tls = yes")]
    [InlineData("smtpd_tls_ask_ccert = no\nsmtpd_tls_req_ccert = yes")]
    [InlineData("tls_config_file = default")]
    public void What_decides_no_verdict_changes_nothing(string line)
    {
        _rig.Write("a", "certificate");
        _rig.MainCf = Asking;
        ChangedBy(() => _rig.MainCf = Asking + line).ShouldBeFalse();
        _rig.EvaluatePolicy().AsksForCertificates.ShouldBeTrue();
    }

    [Theory]
    [InlineData("smtpd_tls_CAfile")]
    [InlineData("smtpd_tls_CApath")]
    [InlineData("tlsproxy_tls_CAfile")]
    [InlineData("tlsproxy_tls_CApath")]
    public void Of_a_path_the_content_counts_and_not_the_name(string parameter)
    {
        string master = parameter.StartsWith("tlsproxy", StringComparison.Ordinal) ? Screen : Smtpd;
        bool isDirectory = parameter.EndsWith("path", StringComparison.Ordinal);
        _rig.MasterCf = master;
        foreach (string name in (string[])["one", "two"])
        {
            Directory.CreateDirectory(_rig.PathOf(name));
            _rig.Write($"{name}/0a1b2c3d.0", "certificate");
        }

        string Line(string name) => $"{Asking}{parameter} = DIR/{name}{(isDirectory ? "" : "/0a1b2c3d.0")}";
        _rig.MainCf = Line("one");
        ChangedBy(() => _rig.MainCf = Line("two")).ShouldBeFalse();
        ChangedBy(() => _rig.Write("two/0a1b2c3d.0", "another")).ShouldBeTrue();
        ChangedBy(() => File.Delete(_rig.PathOf("two/0a1b2c3d.0"))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0a1b2c3d.0", true)]
    [InlineData("0a1b2c3d.12", true)]
    [InlineData("0a1b2c3d.r0", true)]
    [InlineData("0a1b2c3d.x", false)]
    [InlineData("0a1b2c3d.r", false)]
    [InlineData("0A1B2C3D.0", false)]
    [InlineData("0a1b2c3.0", false)]
    [InlineData("host.pem", false)]
    public void In_a_directory_the_names_count_that_OpenSSL_looks_for(string name, bool counts)
    {
        Directory.CreateDirectory(_rig.PathOf("directory"));
        _rig.MainCf = Asking + "smtpd_tls_CApath = DIR/directory";
        ChangedBy(() => _rig.Write($"directory/{name}", "certificate")).ShouldBe(counts);
    }

    [Fact]
    public void In_a_jail_what_is_there_counts_too()
    {
        Directory.CreateDirectory(_rig.PathOf("ca"));
        string inside = $"queue{_rig.PathOf("ca")}";
        Directory.CreateDirectory(_rig.PathOf("queue" + _rig.PathOf("ca")));
        _rig.MainCf = Asking + "smtpd_tls_CApath = DIR/ca";
        ChangedBy(() => _rig.Write($"{inside}/0a1b2c3d.0", "certificate")).ShouldBeFalse();

        _rig.MasterCf = "smtp inet n - y - - smtpd";
        ChangedBy(() => _rig.Write($"{inside}/0a1b2c3d.0", "another")).ShouldBeTrue();
        ChangedBy(() => _rig.Write("ca/0a1b2c3d.0", "certificate")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("-o smtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-osmtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-o { smtpd_tls_ccert_verifydepth = 2 }", true)]
    [InlineData("-o smtpd_tls_auth_only=yes\n  -o smtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-v -o smtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-vo smtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-o my_depth=2", true)]
    [InlineData("-o smtpd_tls_ccert_verifydepth=$other_depth", true)]
    [InlineData("-o smtpd_tls_ccert_verifydepth=3 -o smtpd_tls_ccert_verifydepth=2", true)]
    [InlineData("-o smtpd_tls_ccert_verifydepth=2 -o smtpd_tls_ccert_verifydepth=3", false)]
    [InlineData("-o smtpd_tls_ccert_verifydepth=3", false)]
    [InlineData("-o tlsproxy_tls_ccert_verifydepth=2", false)]
    public void An_override_of_master_cf_counts_in_every_form(string options, bool counts)
    {
        _rig.MainCf = Asking + "my_depth = 3\nother_depth = 2\nsmtpd_tls_ccert_verifydepth = $my_depth";
        ChangedBy(() => _rig.MasterCf = $"{Smtpd} {options}").ShouldBe(counts);
    }

    [Theory]
    [InlineData("tlsproxy unix - - n - 0 tlsproxy -o tlsproxy_tls_ccert_verifydepth=2")]
    [InlineData("tlsproxy unix - - n - 0 tlsproxy -o smtpd_tls_ccert_verifydepth=2")]
    [InlineData("proxy unix - - n - 0 /usr/lib/postfix/sbin/tlsproxy -o tlsproxy_tls_enable_rpk=yes")]
    [InlineData("submission inet n - n - - smtpd -o smtpd_tls_CAfile=DIR/none")]
    public void Every_program_that_asks_counts(string entry)
    {
        _rig.MainCf = Asking;
        _rig.MasterCf = Screen;
        ChangedBy(() => _rig.MasterCf = $"{Screen}\n{entry}").ShouldBeTrue();
    }

    [Theory]
    [InlineData("tlsproxy_tls_ask_ccert = yes")]
    [InlineData("tlsproxy_tls_security_level = encrypt\ntlsproxy_tls_req_ccert = yes")]
    public void The_parameters_of_tlsproxy_count_where_postscreen_announces_TLS(string line)
    {
        const string Level = "smtpd_tls_security_level = may\n";
        _rig.MasterCf = Screen;
        _rig.MainCf = Level;
        ChangedBy(() => _rig.MainCf = Level + line).ShouldBeTrue();
        ChangedBy(() => _rig.MainCf = $"{Level}{line}\npostscreen_tls_security_level = none").ShouldBeTrue();
        _rig.EvaluatePolicy().AsksForCertificates.ShouldBeFalse();
    }

    [Theory]
    [InlineData("smtp inet n - n - - postscreen -o postscreen_tls_security_level=encrypt", true)]
    [InlineData("smtp inet n - n - - postscreen -o postscreen_tls_security_level=none", false)]
    [InlineData("smtp inet n - n - - postscreen -o postscreen_tls_security_level= -o postscreen_use_tls=yes", true)]
    [InlineData("smtp inet n - n - - postscreen -o smtpd_tls_security_level= -o smtpd_enforce_tls=yes", true)]
    [InlineData("smtp inet n - n - - postscreen -o smtpd_tls_security_level=", false)]
    [InlineData("relay unix - - n - - smtp", false)]
    public void Without_postscreen_tlsproxy_serves_nobody(string entry, bool asks)
    {
        _rig.MainCf = Asking;
        _rig.MasterCf = $"{entry}\ntlsproxy unix - - n - 0 tlsproxy";
        _rig.EvaluatePolicy().AsksForCertificates.ShouldBe(asks);
    }

    [Fact]
    public void Names_of_services_order_and_repetition_do_not_matter()
    {
        const string Depth = "-o smtpd_tls_ccert_verifydepth=2";
        _rig.MainCf = Asking;
        _rig.MasterCf = $"smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd {Depth}";
        ChangedBy(() => _rig.MasterCf =
            $"10.0.0.1:587 inet n - n - - smtpd {Depth}\n10.0.0.1:25 inet n - n - - smtpd\nsmtp inet n - n - 9 smtpd -v")
            .ShouldBeFalse();
    }

    [Fact]
    public void An_entry_that_asks_nobody_changes_nothing()
    {
        _rig.MainCf = Asking;
        ChangedBy(() => _rig.MasterCf =
            $"{Smtpd}\nmx inet n - n - - smtpd -o smtpd_tls_ask_ccert=no -o smtpd_tls_CAfile=DIR/mx").ShouldBeFalse();
    }

    [Theory]
    [InlineData("smtpd_tls_CAfile = DIR/bundle", "")]
    [InlineData("smtpd_tls_security_level = may\nsmtpd_tls_CAfile = DIR/bundle", "")]
    [InlineData("smtpd_tls_security_level = may\ntls_append_default_CA = yes\nsmtpd_tls_CAfile = DIR/bundle", "")]
    [InlineData("smtpd_tls_ask_ccert = yes\nsmtpd_tls_CAfile = DIR/bundle", "")]
    [InlineData("smtpd_tls_CAfile = DIR/bundle", " -o smtpd_tls_security_level=none -o smtpd_tls_ask_ccert=yes")]
    public void Where_nobody_asks_an_updated_bundle_changes_nothing(string lines, string options)
    {
        byte[] constant = _rig.EvaluatePolicy().Digest;
        _rig.MainCf = lines;
        _rig.MasterCf = Smtpd + options;
        _rig.Write("bundle", "before");
        _rig.EvaluatePolicy().Digest.ShouldBe(constant);

        ChangedBy(() => _rig.Write("bundle", "after")).ShouldBeFalse();
        _rig.EvaluatePolicy().AsksForCertificates.ShouldBeFalse();
    }

    [Fact]
    public void Where_somebody_asks_an_updated_bundle_counts()
    {
        _rig.MainCf = Asking + "smtpd_tls_CAfile = DIR/bundle";
        _rig.Write("bundle", "before");
        ChangedBy(() => _rig.Write("bundle", "after")).ShouldBeTrue();
    }

    [Fact]
    public void Where_nobody_asks_nothing_is_read()
    {
        Directory.CreateDirectory(_rig.PathOf("directory"));
        _rig.MainCf = "smtpd_tls_security_level = may\nsmtpd_tls_CAfile = /dev/zero";
        _rig.EvaluatePolicy().Doubt.ShouldBeNull();

        _rig.MainCf = Asking + "smtpd_tls_CAfile = /dev/zero";
        PoolPolicy policy = _rig.EvaluatePolicy();
        policy.Doubt.ShouldBe("/dev/zero: not a regular file");
        policy.Digest.ShouldAllBe(value => value == 0);
    }

    [Theory]
    [InlineData("submission inet x - y - - smtpd", "field \"private\": bad value: \"x\"")]
    [InlineData("submission inet n - y - - smtpd -o { a=b", "missing '}' in \"{ a=b\"")]
    public void A_line_of_master_cf_that_is_none_is_a_doubt(string line, string reason)
    {
        _rig.MasterCf = line;
        _rig.EvaluatePolicy().Doubt!.ShouldEndWith($"line 1: {reason}");
    }

    [Fact]
    public void Reading_has_the_bounds_of_the_reload_digest()
    {
        _rig.MainCf = Asking + "smtpd_tls_CAfile = DIR/bundle";
        using (FileStream file = File.Create(_rig.PathOf("bundle")))
        {
            file.SetLength(TrustLimits.MaximumBytes + 1);
        }

        _rig.EvaluatePolicy().Doubt.ShouldBe($"{_rig.PathOf("bundle")}: more than 64 MiB would be read");
    }

    [Fact]
    public void The_digest_has_the_layout_of_the_file_head()
    {
        // Computed by another program from that layout.
        Convert.ToHexStringLower(_rig.EvaluatePolicy().Digest)
            .ShouldBe("0e8ec0e4c57a54d10ba9b09b30cbb130fa3d9bdd83816b83cd88b823e81aaf26");

        _rig.Write("bundle", "certificate");
        _rig.MainCf = Asking + "smtpd_tls_CAfile = DIR/bundle";
        _rig.MasterCf = $"{Smtpd}\nsubmission inet n - n - - smtpd -o smtpd_tls_ccert_verifydepth=2";
        Convert.ToHexStringLower(_rig.EvaluatePolicy().Digest)
            .ShouldBe("bace2ebba50b4b38caea9f1dc32da7395c555b539903970804b184ec4e863d36");
    }

    [Fact]
    public void Where_nobody_asks_that_is_the_only_input()
    {
        _rig.MainCf = "smtpd_tls_CAfile = DIR/bundle";
        _rig.EvaluatePolicy().Inputs.ShouldBe([new PoolPolicyInput("smtpd_tls_ask_ccert", "no")]);
    }

    [Fact]
    public void The_inputs_name_parameters_and_hashes()
    {
        _rig.Write("bundle", "certificate");
        _rig.MainCf = Asking + "smtpd_tls_CAfile = DIR/bundle";
        _rig.MasterCf = $"{Smtpd}\nsubmission inet n - n - - smtpd -o smtpd_tls_ccert_verifydepth=2";
        PoolPolicy policy = _rig.EvaluatePolicy();

        policy.AskingServices.ShouldBe(["smtp/inet", "submission/inet"]);
        policy.Inputs.Select(static input => $"{input.Name} {input.Value}").ShouldBe(
        [
            "smtpd_tls_ask_ccert yes",
            "smtpd_tls_req_ccert no",
            "smtpd_tls_CAfile sha256:92ba714203dc64b1",
            "smtpd_tls_CApath (none)",
            "tls_append_default_CA (none)",
            "smtpd_tls_ccert_verifydepth 2, 9",
            "smtpd_tls_fingerprint_digest md5",
            "tls_legacy_public_key_fingerprints no",
            "smtpd_tls_enable_rpk no",
            "tls_config_file (none)",
            "tls_config_name (empty)",
        ]);
    }

    private bool ChangedBy(Action change)
    {
        byte[] before = Known();
        change();
        return !before.SequenceEqual(Known());
    }

    private byte[] Known()
    {
        PoolPolicy policy = _rig.EvaluatePolicy();
        policy.Doubt.ShouldBeNull();
        return policy.Digest;
    }
}
