using System;
using Shouldly;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>Which values the reload digests cover, wherever they are set.</summary>
public sealed class TrustParameterTests : IDisposable
{
    private const string Submission = "submission inet n - y - - smtpd";

    private readonly TrustRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("smtpd_tls_ask_ccert = yes", "smtpd")]
    [InlineData("smtpd_tls_exclude_ciphers = aNULL", "smtpd")]
    [InlineData("smtpd_tls_of_a_later_release = 1", "smtpd")]
    [InlineData("smtpd_use_tls = yes", "smtpd")]
    [InlineData("smtpd_enforce_tls = yes", "smtpd")]
    [InlineData("tlsproxy_tls_ask_ccert = yes", "smtpd")]
    [InlineData("tlsproxy_use_tls = yes", "smtpd")]
    [InlineData("tlsproxy_enforce_tls = yes", "smtpd")]
    [InlineData("postscreen_tls_security_level = may", "smtpd")]
    [InlineData("smtp_tls_secure_cert_match = nexthop", "smtp lmtp")]
    [InlineData("smtp_tls_fingerprint_cert_match = 00:11", "smtp lmtp")]
    [InlineData("smtp_tls_per_site = inline:{a=MAY}", "smtp lmtp")]
    [InlineData("smtp_use_tls = yes", "smtp lmtp")]
    [InlineData("smtp_enforce_tls = yes", "smtp lmtp")]
    [InlineData("smtp_dns_support_level = dnssec", "smtp lmtp")]
    [InlineData("tlsproxy_client_scert_verifydepth = 3", "smtp lmtp")]
    [InlineData("lmtp_tls_security_level = verify", "lmtp")]
    [InlineData("lmtp_use_tls = yes", "lmtp")]
    [InlineData("lmtp_enforce_tls = yes", "lmtp")]
    [InlineData("lmtp_dns_support_level = dnssec", "lmtp")]
    [InlineData("tls_high_cipherlist = AES128-SHA", "smtpd smtp lmtp")]
    [InlineData("tls_ssl_options = NO_TICKET", "smtpd smtp lmtp")]
    [InlineData("smtpd_tls_loglevel = 2", "")]
    [InlineData("smtp_tls_loglevel = 2", "")]
    [InlineData("tlsproxy_client_loglevel = 2", "")]
    [InlineData("smtpd_tls_received_header = yes", "")]
    [InlineData("smtp_tls_note_starttls_offer = yes", "")]
    [InlineData("smtpd_tls_session_cache_database = btree:/x", "")]
    [InlineData("smtpd_tls_session_cache_timeout = 7200s", "")]
    [InlineData("smtp_tls_session_cache_size_limit = 8388608", "")]
    [InlineData("lmtp_tls_session_cache_entry_limit = 10", "")]
    [InlineData("tls_random_source = dev:/dev/random", "")]
    [InlineData("tls_random_bytes = 64", "")]
    [InlineData("tls_daemon_random_bytes = 64", "")]
    [InlineData("tlsmgr_status_update_time = 1s", "")]
    [InlineData("smtpd_banner = x", "")]
    public void A_parameter_of_main_cf_counts_for_those_whose_sessions_it_bears_upon(string line, string caches) =>
        _rig.ChangedBy(() => _rig.MainCf = line).ShouldBe(caches.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData(Submission + " -o smtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData(Submission + " -osmtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData(Submission + " -o { smtpd_tls_ask_ccert = yes }", "smtpd")]
    [InlineData(Submission + "\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData(Submission + " -v -o smtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData(Submission + " -vo smtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData("mx inet n - y - - /usr/lib/postfix/sbin/smtpd -o smtpd_tls_ask_ccert=yes", "smtpd")]
    [InlineData(Submission + " -o tls_preempt_cipherlist=yes", "smtpd")]
    [InlineData("smtp inet n - y - 1 postscreen -o smtpd_tls_protocols=TLSv1.3", "smtpd")]
    [InlineData("tlsproxy unix - - y - 0 tlsproxy -o tlsproxy_tls_protocols=TLSv1.3", "smtpd")]
    [InlineData("tlsproxy unix - - y - 0 tlsproxy -o tls_ssl_options=NO_TICKET", "smtpd smtp lmtp")]
    [InlineData("slow unix - - y - - smtp -o smtp_tls_protocols=TLSv1.3", "smtp lmtp")]
    [InlineData("slow unix - - y - - smtp -o tls_ssl_options=NO_TICKET", "smtp")]
    [InlineData("dovecot unix - - y - - lmtp -o lmtp_tls_protocols=TLSv1.3", "lmtp")]
    [InlineData("dovecot unix - - y - - lmtp -o tls_ssl_options=NO_TICKET", "lmtp")]
    [InlineData("tlsmgr unix - - y 1000? 1 tlsmgr -o smtpd_tls_ask_ccert=yes", "")]
    [InlineData("cleanup unix n - y - 0 cleanup -o smtpd_tls_ask_ccert=yes", "")]
    [InlineData("#" + Submission + " -o smtpd_tls_ask_ccert=yes", "")]
    [InlineData(Submission + " -o smtpd_tls_loglevel=2", "")]
    [InlineData(Submission, "")]
    public void An_override_of_master_cf_counts_in_every_form(string masterCf, string caches) =>
        _rig.ChangedBy(() => _rig.MasterCf = masterCf)
            .ShouldBe(caches.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void An_override_that_says_what_main_cf_says_changes_nothing()
    {
        _rig.MainCf = "smtpd_tls_ask_ccert = yes";
        _rig.ChangedBy(() => _rig.MasterCf = Submission + " -o smtpd_tls_ask_ccert=yes").ShouldBeEmpty();
    }

    [Fact]
    public void Of_repeated_entries_and_overrides_the_last_counts()
    {
        _rig.MasterCf = $"{Submission} -o smtpd_tls_ask_ccert=no\n{Submission} -o smtpd_tls_req_ccert=no "
            + "-o smtpd_tls_req_ccert=yes\n";
        _rig.InputsOf("smtpd").ShouldBe(["submission/inet: smtpd_tls_req_ccert"]);
        _rig.ChangedBy(() => _rig.MasterCf = Submission + " -o smtpd_tls_req_ccert=yes").ShouldBeEmpty();
    }

    [Fact]
    public void What_counts_are_evaluated_values()
    {
        _rig.MainCf = "my_files = DIR\nsmtpd_tls_CAfile = $my_files/ca.pem\nsmtp_tls_CAfile = ${my_files}/ca.pem";
        _rig.ChangedBy(() => _rig.MainCf =
            "other = DIR/ca.pem\nsmtpd_tls_CAfile = $other\nsmtp_tls_CAfile = ${other?{$other}}").ShouldBeEmpty();
        _rig.ChangedBy(() => _rig.MainCf = "other = DIR/cb.pem\nsmtpd_tls_CAfile = $other\nsmtp_tls_CAfile = DIR/ca.pem")
            .ShouldBe(["smtpd"]);
    }

    [Fact]
    public void An_override_that_main_cf_refers_to_counts_where_it_is_in_force()
    {
        _rig.MainCf = "my_ca = DIR/a\nsmtpd_tls_CAfile = $my_ca\nsmtp_tls_CAfile = $my_ca";
        _rig.MasterCf = Submission;
        _rig.ChangedBy(() => _rig.MasterCf = Submission + " -o my_ca=DIR/b").ShouldBe(["smtpd"]);
        _rig.InputsOf("smtpd").ShouldBe(["DIR/a", "DIR/b", "smtpd_tls_CAfile", "submission/inet: smtpd_tls_CAfile"]);
    }

    [Fact]
    public void The_name_of_the_service_can_be_part_of_a_value()
    {
        _rig.MainCf = "smtpd_tls_cert_file = DIR/$service_name.pem";
        _rig.MasterCf = Submission + "\nsmtp inet n - y - - smtpd -n mx";
        _rig.InputsOf("smtpd").ShouldBe(
        [
            "DIR/.pem", "DIR/mx.pem", "DIR/submission.pem", "smtp/inet: smtpd_tls_cert_file", "smtpd_tls_cert_file",
            "submission/inet: smtpd_tls_cert_file",
        ]);
    }

    [Fact]
    public void What_the_entry_of_tlsmgr_overrides_is_for_tlsmgr_alone()
    {
        _rig.MainCf = "smtpd_tls_ask_ccert = no";
        _rig.ChangedBy(() => _rig.Options = ["-o", "smtpd_tls_ask_ccert=yes", "-o", "smtpd_tls_CAfile=/x"])
            .ShouldBeEmpty();
    }

    [Fact]
    public void An_override_that_is_none_counts_as_it_is_written()
    {
        _rig.MasterCf = Submission + " -o smtpd_tls_ask_ccert";
        _rig.ChangedBy(() => _rig.MasterCf = Submission + " -o smtpd_tls_ask_ccer").ShouldBe(["smtpd"]);
    }

    [Fact]
    public void A_value_with_a_fault_counts_as_it_is_written()
    {
        _rig.MainCf = "smtpd_tls_CAfile = ${a";
        _rig.ChangedBy(() => _rig.MainCf = "smtpd_tls_CAfile = ${b").ShouldBe(["smtpd"]);
    }

    [Theory]
    [InlineData("submission inet x - y - - smtpd", "field \"private\": bad value: \"x\"")]
    [InlineData("submission inet n - y - - smtpd -o { a=b", "missing '}' in \"{ a=b\"")]
    public void A_line_of_master_cf_that_is_none_counts_as_changed(string line, string reason)
    {
        _rig.MasterCf = line;
        foreach (string cache in TrustRig.Caches)
        {
            _rig.Digest(cache).Doubtful!.Doubt!.ShouldEndWith($"line 1: {reason}");
        }
    }

    [Fact]
    public void A_master_cf_that_is_no_file_counts_as_changed()
    {
        System.IO.Directory.CreateDirectory(_rig.PathOf("master.cf"));

        TrustRig.Caches.ShouldAllBe(cache => _rig.Digest(cache).Doubtful!.Name == "master.cf");
        _rig.Digest("smtp").Doubtful!.Doubt.ShouldBe($"open {_rig.PathOf("master.cf")}: not a regular file");
    }

    [Fact]
    public void A_cache_that_is_not_wanted_costs_no_reading()
    {
        _rig.MainCf = "smtp_tls_policy_maps = socketmap:inet:x:1\nsmtpd_tls_CAfile = DIR/a";

        _rig.Evaluate("smtpd").Keys.ShouldBe(["smtpd"]);
        _rig.Evaluate("smtpd")["smtpd"].Doubtful.ShouldBeNull();
    }

    [Theory]
    [InlineData("smtpd", "smtpd")]
    [InlineData("smtp", "smtp")]
    [InlineData("lmtp", "lmtp")]
    public void An_upgrade_of_the_program_counts(string program, string caches) =>
        _rig.ChangedBy(() => _rig.Write($"daemons/{program}", "mail_version=3.7.12")).ShouldBe(caches.Split(' '));
}
