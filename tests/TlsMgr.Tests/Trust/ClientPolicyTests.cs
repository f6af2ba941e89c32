using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>What the policy of a sender covers, by which its shared sessions are sealed, and what it leaves out.</summary>
public sealed class ClientPolicyTests : IDisposable
{
    private const string Smtp = "smtp unix - - n - - smtp";
    private const string Proxy = Smtp + "\ntlsproxy unix - - n - 0 tlsproxy";

    private readonly TrustRig _rig = new() { MasterCf = Smtp };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("smtp_tls_security_level = secure")]
    [InlineData("smtp_use_tls = yes")]
    [InlineData("smtp_enforce_tls = yes")]
    [InlineData("smtp_tls_verify_cert_match = hostname")]
    [InlineData("smtp_tls_secure_cert_match = nexthop")]
    [InlineData("smtp_tls_fingerprint_digest = sha1")]
    [InlineData("smtp_tls_scert_verifydepth = 2")]
    [InlineData("smtp_dns_support_level = dnssec")]
    [InlineData("smtp_tls_servername = example.com")]
    [InlineData("smtp_tls_CAfile = DIR/a")]
    [InlineData("smtp_tls_CApath = DIR/directory")]
    [InlineData("smtp_tls_trust_anchor_file = DIR/a")]
    [InlineData("smtp_tls_policy_maps = inline:{x=secure}")]
    [InlineData("smtp_tls_per_site = inline:{x=MUST}")]
    [InlineData("tls_append_default_CA = yes")]
    [InlineData("tls_dane_digests = sha256")]
    [InlineData("tls_config_file = DIR/a")]
    public void A_parameter_that_decides_a_verdict_counts(string line)
    {
        _rig.Write("a", "certificate");
        Directory.CreateDirectory(_rig.PathOf("directory"));

        ChangedBy(() => _rig.MainCf = line).ShouldBeTrue();
    }

    [Theory]
    [InlineData("smtp_tls_cert_file = DIR/a")]
    [InlineData("smtp_tls_key_file = DIR/a")]
    [InlineData("smtp_tls_ciphers = high")]
    [InlineData("smtp_tls_mandatory_protocols = TLSv1.3")]
    [InlineData("smtp_tls_loglevel = 2")]
    [InlineData("smtpd_tls_CAfile = DIR/a")]
    [InlineData("lmtp_tls_security_level = secure")]
    [InlineData("myhostname = other.example.com")]
    [InlineData("tlsproxy_client_CAfile = DIR/a")]
    public void What_decides_no_verdict_of_this_program_changes_nothing(string line)
    {
        _rig.Write("a", "certificate");

        ChangedBy(() => _rig.MainCf = line).ShouldBeFalse();
    }

    [Fact]
    public void A_file_counts_by_its_content_and_not_by_its_path()
    {
        _rig.Write("a", "certificate");
        _rig.Write("b", "certificate");
        _rig.MainCf = "smtp_tls_CAfile = DIR/a";

        ChangedBy(() => _rig.MainCf = "smtp_tls_CAfile = DIR/b").ShouldBeFalse();
        ChangedBy(() => _rig.Write("b", "another")).ShouldBeTrue();
    }

    [Fact]
    public void Each_entry_of_master_cf_that_runs_the_program_has_a_policy()
    {
        _rig.MasterCf = Smtp + "\nrelay unix - - n - - smtp -o smtp_tls_security_level=secure\nlmtp unix - - n - - lmtp";

        string[] services = [.. Evaluate().Policies.Select(static policy => policy.Service)];

        services.ShouldBe(["smtp/unix", "relay/unix"]);
        ChangedBy(() => _rig.MasterCf = Smtp).ShouldBeTrue();
    }

    [Fact]
    public void What_tlsproxy_takes_from_smtp_or_has_itself_counts()
    {
        _rig.Write("a", "certificate");
        _rig.MasterCf = Proxy;

        ChangedBy(() => _rig.MainCf = "tlsproxy_client_CAfile = DIR/a").ShouldBeTrue();
        Evaluate().Policies.Count.ShouldBe(2);
    }

    [Fact]
    public void A_table_on_a_server_cannot_be_compared()
    {
        _rig.MainCf = "smtp_tls_policy_maps = socketmap:inet:127.0.0.1:1:x";

        Evaluate().Doubt.ShouldNotBeNull().ShouldStartWith("socketmap:inet:127.0.0.1:1:x: ");
        _rig.MainCf = "";
        Evaluate().Doubt.ShouldBeNull();
    }

    [Fact]
    public void Where_master_cf_cannot_be_read_nothing_is_known()
    {
        _rig.MasterCf = null;
        Directory.CreateDirectory(_rig.PathOf("master.cf"));

        Evaluate().Doubt.ShouldNotBeNullOrEmpty();
    }

    private bool ChangedBy(Action change)
    {
        PoolPolicy before = Policy();
        change();
        PoolPolicy after = Policy();
        before.Doubt.ShouldBeNull();
        after.Doubt.ShouldBeNull();
        return !before.Digest.SequenceEqual(after.Digest);
    }

    private PoolPolicy Policy()
    {
        ParameterStore store = _rig.LoadStore(out PostfixParameters postfix);
        return PoolPolicy.EvaluateClient(store, postfix, "smtp", FilesOf(postfix));
    }

    private ClientPolicyEvaluation Evaluate()
    {
        ParameterStore store = _rig.LoadStore(out PostfixParameters postfix);
        return new ClientPolicyEvaluation(store, postfix, "smtp", FilesOf(postfix));
    }

    private TrustFiles FilesOf(PostfixParameters postfix) => new(_rig.Clock, postfix.QueueDirectory);
}
